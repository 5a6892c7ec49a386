"""What may go wrong with orders the venue accepted: match.* of spec section 7."""

from collections.abc import Callable
from decimal import Decimal
from itertools import pairwise

import pytest

from exchange_sim.engine.events import OrderUpdated
from exchange_sim.engine.order_model import Order
from tests.exchange_sim.engine.desk import ME, Desk
from tests.exchange_sim.engine.troubles import expect

Refusal = Callable[[Callable[[], object]], tuple[int, str]]


def ending(desk: Desk, order: Order) -> tuple[str, str, Decimal]:
    now = desk.now(order)
    return now.status, now.reject_reason, now.filled_quantity


def told(desk: Desk, order: Order) -> list[tuple[str, Decimal]]:
    return [
        (event.order.status, event.order.filled_quantity)
        for event in desk.heard
        if isinstance(event, OrderUpdated) and event.order.order_id == order.order_id
    ]


def wait(desk: Desk, ms: int) -> None:
    desk.exchange.advance(desk.exchange.now_ms + ms)


def test_a_market_order_fills_in_pieces_at_their_moments(desk: Desk) -> None:
    expect(desk, "match.partial", fractions="0.25,0.35,0.4", spacing_ms=500)
    order = desk.buy("0.1", stopLoss="59000")
    assert (order.status, order.filled_quantity) == ("PartiallyFilled", Decimal("0.025"))
    assert desk.children()["StopLoss"].quantity == Decimal("0.025")
    wait(desk, 499)
    assert desk.now(order).filled_quantity == Decimal("0.025")
    wait(desk, 1)
    assert desk.now(order).filled_quantity == Decimal("0.060")
    assert desk.children()["StopLoss"].quantity == Decimal("0.060")
    wait(desk, 500)
    assert desk.now(order).status == "Filled"
    times = [row.time_ms for row in desk.exchange.executions(ME)]
    assert [first - second for first, second in pairwise(times)] == [500, 500]
    assert desk.total() == 0


def test_a_piece_is_at_least_one_step_of_the_quantity(desk: Desk) -> None:
    expect(desk, "match.partial", fractions="0.0001,0.9999", spacing_ms=1)
    assert desk.buy("0.1").filled_quantity == Decimal("0.001")


def test_a_limit_order_fills_in_pieces_once_its_price_is_reached(desk: Desk) -> None:
    expect(desk, "match.partial", fractions="0.5,0.5", spacing_ms=5000)
    order = desk.limit("Buy", "0.1", "59900")
    desk.move(59_800)
    assert desk.now(order).filled_quantity == Decimal("0.05")
    desk.move(59_700)  # trades through again, but the second piece has its own moment
    assert desk.now(order).filled_quantity == Decimal("0.05")
    wait(desk, 5000)
    assert desk.now(order).status == "Filled"
    assert {row.price for row in desk.exchange.executions(ME)} == {Decimal(59_900)}


def test_an_order_cancelled_between_two_pieces_gets_no_more(desk: Desk) -> None:
    expect(desk, "match.partial", fractions="0.5,0.5", spacing_ms=500)
    order = desk.buy("0.1")
    desk.cancel(order)
    wait(desk, 1000)
    assert ending(desk, order) == ("Cancelled", "EC_PerCancelRequest", Decimal("0.050"))
    assert desk.position().size == Decimal("0.05")


@pytest.mark.parametrize("kind", ["Market", "Limit"])
def test_an_order_is_cancelled_with_part_of_it_filled(desk: Desk, kind: str) -> None:
    expect(desk, "match.partial_then_cancel", fraction="0.4")
    order = (
        desk.buy("0.1", stopLoss="59000")
        if kind == "Market"
        else desk.limit("Buy", "0.1", "60000", stopLoss="59000")
    )
    assert ending(desk, order) == ("Cancelled", "EC_NoImmediateQtyToFill", Decimal("0.04"))
    assert desk.now(order).leaves_quantity == 0
    assert desk.children()["StopLoss"].quantity == desk.position().size == Decimal("0.04")


def test_nobody_is_there_and_the_order_is_cancelled(desk: Desk) -> None:
    expect(desk, "match.no_liquidity", mode="async_cancel")
    order = desk.buy("0.1")
    assert ending(desk, order) == ("Cancelled", "EC_NoImmediateQtyToFill", Decimal(0))


def test_nobody_is_there_and_the_order_is_refused_at_once(desk: Desk, refusal: Refusal) -> None:
    expect(desk, "match.no_liquidity", mode="sync_10001")
    code, text = refusal(lambda: desk.buy("0.1", orderLinkId="a"))
    assert (code, text) == (10001, "buy: [63000.0,63000.0] invalid")
    assert desk.buy("0.1", orderLinkId="a").status == "Filled"  # the link id was not used up


def test_slippage_worsens_taker_fills_up_to_the_orders_own_price(desk: Desk) -> None:
    expect(desk, "match.slippage", times=3, bps=20)
    assert desk.buy("0.1").average_price == Decimal("60120.0")
    assert desk.limit("Buy", "0.1", "60050").average_price == Decimal(60_050)
    assert desk.sell("0.1").average_price == Decimal("59879.9")  # 20 bps below the bid 59,999.9


def test_a_slipping_market_worsens_a_stop_too(desk: Desk) -> None:
    desk.buy("0.1", stopLoss="59000")
    expect(desk, "match.slippage", bps=100)
    desk.move(59_000)
    assert next(desk.exchange.executions(ME)).price == Decimal("58409.9")


@pytest.mark.parametrize("status", ["Rejected", "Cancelled"])
def test_an_acknowledged_order_is_refused_afterwards(desk: Desk, status: str) -> None:
    expect(desk, "match.async_reject", status=status, rejectReason="EC_Others")
    order = desk.limit("Buy", "0.1", "59000", orderLinkId="a")
    assert ending(desk, order) == (status, "EC_Others", Decimal(0))
    assert told(desk, order) == [("New", 0), (status, 0)]
    assert desk.open_orders() == []


def test_a_post_only_order_is_cancelled_as_if_it_crossed(desk: Desk) -> None:
    troubles = expect(desk, "match.post_only_cross")
    assert desk.limit("Buy", "0.1", "59000").status == "New"
    order = desk.limit("Buy", "0.1", "59000", timeInForce="PostOnly")
    assert ending(desk, order) == ("Cancelled", "EC_PostOnlyWillTakeLiquidity", Decimal(0))
    assert len(troubles.struck) == 1


def test_a_cancel_loses_against_a_fill_which_is_told_twice(desk: Desk) -> None:
    order = desk.limit("Buy", "0.1", "59900", stopLoss="59000")
    expect(desk, "match.fill_during_cancel")
    desk.cancel(order)
    assert told(desk, order)[-2:] == [("Filled", Decimal("0.1")), ("Filled", Decimal("0.1"))]
    now = desk.now(order)
    assert (now.cancel_type, now.reject_reason) == ("CancelByUser", "EC_OrigClOrdIDDoesNotExist")
    assert desk.position().stop_loss == 59_000


def test_an_amendment_loses_against_a_fill_on_the_former_terms(desk: Desk) -> None:
    order = desk.limit("Buy", "0.1", "59900")
    expect(desk, "match.fill_during_amend")
    amended = desk.amend(order, price="59000", qty="0.3")
    assert (amended.status, amended.price, amended.quantity) == ("Filled", 59_900, Decimal("0.1"))


def test_a_fill_reaches_a_cancelled_order_which_stays_cancelled(desk: Desk) -> None:
    order = desk.limit("Buy", "0.1", "59900", stopLoss="59000")
    expect(desk, "match.late_fill", ms=700, fraction="0.5")
    assert desk.cancel(order).status == "Cancelled"
    wait(desk, 699)
    assert desk.position().size == 0
    wait(desk, 1)
    assert desk.position().size == Decimal("0.05")
    assert ending(desk, order) == ("Cancelled", "EC_PerCancelRequest", Decimal("0.05"))
    assert desk.children()["StopLoss"].quantity == Decimal("0.05")
    assert desk.total() == 0


def test_a_late_fill_of_a_closing_order_never_opens(desk: Desk) -> None:
    desk.buy("0.1")
    order = desk.limit("Sell", "0.1", "61000", reduceOnly=True)
    expect(desk, "match.late_fill", ms=500, fraction="1")
    desk.cancel(order)
    desk.sell("0.1")
    wait(desk, 1000)
    assert desk.position().size == 0


def test_a_limit_order_rests_whatever_the_price_does(desk: Desk) -> None:
    expect(desk, "match.limit_never_fills")
    order = desk.limit("Buy", "0.1", "60500")  # would take at once
    desk.move(59_000, 61_000)
    assert desk.now(order).status == "New"
    assert desk.amend(order, price="60600").status == "New"
    assert desk.cancel(order).status == "Cancelled"


def test_a_quantity_is_truncated_silently_to_the_grid(desk: Desk) -> None:
    expect(desk, "match.qty_truncated", times=2, fraction="0.33")
    assert desk.buy("0.1").quantity == Decimal("0.033")
    assert desk.buy("0.002").quantity == Decimal("0.001")  # the smallest order, not zero


def test_a_price_is_moved_away_from_the_market_silently(desk: Desk) -> None:
    expect(desk, "match.price_adjusted", times=2, ticks=5)
    assert desk.limit("Buy", "0.1", "59900").price == Decimal("59899.5")
    assert desk.limit("Sell", "0.1", "60100").price == Decimal("60100.5")


@pytest.mark.parametrize("name", ["match.partial", "match.partial_then_cancel"])
def test_an_order_that_fills_whole_or_not_at_all_is_not_split(desk: Desk, name: str) -> None:
    troubles = expect(desk, name, fractions="0.5,0.5", spacing_ms=1, fraction="0.5")
    assert desk.limit("Buy", "0.1", "60000", timeInForce="FOK").status == "Filled"
    assert troubles.struck == []


def test_whom_it_strikes_is_asked_with_account_symbol_side_and_link_id(desk: Desk) -> None:
    troubles = expect(desk, "match.async_reject", status="Rejected", rejectReason="EC_Others")
    desk.buy("0.1", orderLinkId="entry-1")
    (asked,) = troubles.struck
    assert (asked.account, asked.symbol, asked.side, asked.link_id) == (
        ME,
        "BTCUSDT",
        "Buy",
        "entry-1",
    )

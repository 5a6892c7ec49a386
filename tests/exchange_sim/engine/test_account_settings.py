"""Leverage, position modes, transfers: what belongs to the account rather than to an order."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from exchange_sim.engine.errors import VenueError
from exchange_sim.engine.requests import LeverageRequest
from exchange_sim.market.values import Tick
from tests.exchange_sim.engine.desk import BTC, ETH, ME, Desk
from tests.exchange_sim.engine.fake_market import FakeMarket, instrument

Refusal = Callable[[Callable[[], object]], tuple[int, str]]


def test_an_account_starts_with_the_balance_as_a_transfer(desk: Desk) -> None:
    (row,) = desk.log()
    assert (row.type, row.change, row.cash_balance) == ("TRANSFER_IN", 10_000, 10_000)
    desk.exchange.open_account(ME)
    assert len(desk.log()) == 1
    assert desk.exchange.accounts == [ME]


@pytest.mark.parametrize(
    ("leverage", "code", "text"),
    [
        (10, 110043, "Set leverage has not been modified."),
        (101, 110013, "cannot set leverage [10100] gt maxLeverage [10000] by risk limit"),
        ("0.5", 10001, "buy leverage invalid: 0.5"),
        ("10.005", 10001, "in steps of 0.01"),
    ],
)
def test_a_wrong_leverage_is_refused(
    desk: Desk, refusal: Refusal, leverage: object, code: int, text: str
) -> None:
    refused = refusal(lambda: desk.leverage(leverage))
    assert refused[0] == code
    assert text in refused[1]


def test_both_sides_must_have_the_same_leverage(desk: Desk, refusal: Refusal) -> None:
    request = LeverageRequest(symbol=BTC, buy=Decimal(5), sell=Decimal(6))
    assert "must be equal" in refusal(lambda: desk.exchange.set_leverage(ME, request))[1]


def test_the_default_leverage_is_the_maximum_if_that_is_lower() -> None:
    market = FakeMarket({BTC: instrument(max_leverage=Decimal(5))})
    market.add(Tick(market.start_ms, BTC, Decimal(1), Decimal(1), Decimal(1)))
    assert Desk.open(market=market).exchange.leverage(ME, BTC) == 5


def test_a_leverage_the_position_cannot_afford_is_refused_and_not_kept(
    desk: Desk, refusal: Refusal
) -> None:
    desk.leverage(50)
    desk.buy("1")
    assert refusal(lambda: desk.leverage(2))[0] == 110044
    assert desk.exchange.leverage(ME, BTC) == 50
    desk.leverage(20)
    assert desk.position().leverage == 20


def test_hedge_mode_keeps_a_long_and_a_short_side_by_side(desk: Desk) -> None:
    desk.hedge()
    desk.buy("0.2", positionIdx=1)
    desk.sell("0.1", positionIdx=2)
    assert [
        (row.position_idx, row.side, row.size) for row in desk.exchange.positions(ME, BTC)
    ] == [
        (1, "Buy", Decimal("0.2")),
        (2, "Sell", Decimal("0.1")),
    ]
    desk.sell("0.2", positionIdx=1, reduceOnly=True)
    assert desk.position(1).size == 0
    assert desk.position(2).size == Decimal("0.1")


def test_hedge_mode_refuses_the_one_way_index(desk: Desk, refusal: Refusal) -> None:
    desk.hedge()
    assert refusal(lambda: desk.buy("0.1"))[1] == "position idx not match position mode"


def test_a_closing_side_in_hedge_mode_never_opens(desk: Desk, refusal: Refusal) -> None:
    desk.hedge()
    assert refusal(lambda: desk.sell("0.1", positionIdx=1))[0] == 110017
    desk.buy("0.1", positionIdx=1)
    order = desk.sell("0.3", positionIdx=1)
    assert (order.filled_quantity, order.cancel_type) == (Decimal("0.1"), "CancelByReduceOnly")


def test_each_hedge_side_has_its_own_stop(desk: Desk) -> None:
    desk.hedge()
    desk.buy("0.1", positionIdx=1, stopLoss="59000")
    desk.sell("0.1", positionIdx=2, stopLoss="61000")
    desk.move(58_900)
    assert (desk.position(1).size, desk.position(2).size) == (0, Decimal("0.1"))
    assert desk.position(2).stop_loss == 61_000


def test_the_mode_of_a_busy_symbol_cannot_be_switched(desk: Desk, refusal: Refusal) -> None:
    assert refusal(lambda: desk.hedge(0))[0] == 110025
    order = desk.limit("Buy", "0.1", "59000")
    assert refusal(desk.hedge)[0] == 110028
    desk.cancel(order)
    desk.buy("0.1")
    assert refusal(desk.hedge)[0] == 110024


def test_switching_by_coin_skips_busy_symbols(desk: Desk, refusal: Refusal) -> None:
    desk.buy("0.1")
    desk.hedge(symbol="", coin="USDT")
    assert desk.exchange.position_mode(ME, BTC) == 0
    assert desk.exchange.position_mode(ME, ETH) == 3
    assert refusal(lambda: desk.hedge(symbol="", coin="USDT"))[0] == 110025
    assert refusal(lambda: desk.hedge(symbol="", coin="USDC"))[0] == 10001


def test_money_goes_in_and_out_and_is_logged(desk: Desk) -> None:
    assert desk.exchange.deposit(ME, Decimal("0.5")).balance == Decimal("10000.5")
    assert desk.exchange.withdraw(ME, Decimal(5000)).balance == Decimal("5000.5")
    assert [row.type for row in desk.log()[:2]] == ["TRANSFER_OUT", "TRANSFER_IN"]
    assert desk.total() == 0


@pytest.mark.parametrize("amount", ["0", "-1", "NaN", "Infinity", "0.000000001"])
def test_an_impossible_amount_is_refused(desk: Desk, amount: str) -> None:
    with pytest.raises(VenueError, match="amount invalid"):
        desk.exchange.deposit(ME, Decimal(amount))


def test_margin_in_use_cannot_be_withdrawn(desk: Desk, refusal: Refusal) -> None:
    desk.buy("1")
    assert refusal(lambda: desk.exchange.withdraw(ME, Decimal(9000)))[0] == 131001


def test_two_accounts_do_not_see_each_other(desk: Desk) -> None:
    desk.exchange.open_account("other", Decimal(500))
    desk.buy("0.1")
    assert desk.exchange.positions("other") == []
    assert desk.exchange.wallet("other").balance == 500
    assert list(desk.exchange.orders("other")) == []
    assert desk.total() == 0


def test_reads_list_the_newest_first(desk: Desk) -> None:
    first = desk.limit("Buy", "0.1", "59000")
    desk.move(59_900)
    second = desk.order(symbol=ETH, orderType="Limit", price="2900", qty="0.1")
    assert desk.exchange.open_orders(ME) == [second, first]
    desk.cancel(first)
    assert [order.order_id for order in desk.exchange.closed_orders(ME)] == [first.order_id]
    assert desk.exchange.fee_rate(ME, BTC).taker == Decimal("0.00055")

"""An order is accepted if and only if it fits; estimates meet what then happens."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange_sim.engine import margin
from exchange_sim.engine.errors import VenueError
from exchange_sim.engine.holdings import Holding
from exchange_sim.engine.requests import OrderRequest
from exchange_sim.engine.vocabulary import Side
from tests.exchange_sim.engine.desk import BTC, ME, Desk
from tests.exchange_sim.engine.fake_market import instrument

TAKER = Decimal("0.00055")
STEP = Decimal("0.001")


def largest_quantity(side: Side, price: Decimal, leverage: Decimal, balance: Decimal) -> Decimal:
    """The quantity whose margin just fits: balance = q p (1/L + taker + (1 - d/L) taker)."""
    per_unit = price * (1 / leverage + TAKER + (1 - side.sign / leverage) * TAKER)
    return balance / per_unit // STEP * STEP


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(Side), st.integers(590_000, 610_000), st.sampled_from([1, 3, 10, 25, 50]))
def test_the_largest_order_that_fits_is_accepted_and_the_next_is_refused(
    side: Side, price: int, leverage: int
) -> None:
    desk = Desk.open()
    if leverage != 10:
        desk.leverage(leverage)
    limit = Decimal(min(price, 600_000) if side is Side.BUY else max(price, 600_000)) / 10
    most = largest_quantity(side, limit, Decimal(leverage), Decimal(10_000))
    with pytest.raises(VenueError, match="110007"):
        desk.limit(side, most + STEP, limit)
    assert desk.limit(side, most, limit).order_id
    assert desk.wallet.available >= 0


def test_what_a_resting_order_binds_is_free_again_after_it_is_cancelled(desk: Desk) -> None:
    order = desk.limit("Buy", "1", "59000")
    assert desk.wallet.order_initial_margin == Decimal("5961.655")
    desk.cancel(order)
    assert desk.wallet.available == 10_000


def test_a_conditional_order_binds_nothing_while_it_waits(desk: Desk) -> None:
    desk.limit("Buy", "1", "59000", triggerPrice="61000", triggerDirection=1)
    assert desk.wallet.order_initial_margin == 0
    desk.move(61_000)
    assert desk.wallet.order_initial_margin == Decimal("5961.655")


def test_enlarging_an_order_counts_only_what_is_added(desk: Desk) -> None:
    order = desk.limit("Buy", "1", "59000")
    assert desk.amend(order, qty="1.6").quantity == Decimal("1.6")
    with pytest.raises(VenueError, match="110007"):
        desk.amend(order, qty="1.7")


def test_a_hedge_account_pays_margin_for_both_sides(desk: Desk) -> None:
    desk.hedge()
    desk.buy("0.1", positionIdx=1)
    one = desk.wallet.initial_margin
    desk.sell("0.1", positionIdx=2)
    assert desk.wallet.initial_margin > one * Decimal("1.9")
    assert desk.wallet.unrealised == Decimal("-0.01")  # the spread of one tick


@settings(deadline=None)
@given(
    st.sampled_from(Side),
    st.sampled_from([5, 10, 20, 50]),
    st.decimals("0.01", 20, places=3),
    st.decimals(100, 1_000_000, places=2),
)
def test_at_the_liquidation_price_equity_equals_maintenance(
    side: Side, leverage: int, size: Decimal, balance: Decimal
) -> None:
    terms = margin.Terms(instrument(), Decimal(leverage), TAKER)
    entry = Decimal(60_000)
    holding = Holding(
        symbol=BTC,
        position_idx=0,
        side=side,
        size=size,
        average_price=entry,
        entry_value=size * entry,
    )
    rest = margin.Rest(balance, Decimal(0))
    price = margin.liquidation_price(terms, holding, entry, rest)
    if price is None:
        return
    value = size * price
    _, at_entry = terms.tier(size * entry)
    maintenance = (
        value * at_entry.maintenance_rate - at_entry.deduction + terms.close_fee(value, side)
    )
    assert abs(balance + holding.unrealised(price) - maintenance) < Decimal("1e-12")


def test_a_position_that_cannot_be_liquidated_has_no_liquidation_price(desk: Desk) -> None:
    desk.buy("0.1")
    assert desk.position().liquidation_price is None


def test_a_long_and_a_short_of_two_accounts_pay_each_other(desk: Desk) -> None:
    desk.exchange.open_account("other")
    desk.buy("0.1")
    params = {"symbol": BTC, "side": "Sell", "orderType": "Market", "qty": "0.1"}
    desk.exchange.create_order("other", OrderRequest.parse(params))
    before = desk.exchange.wallet("other").balance
    desk.settle("0.001")
    assert desk.exchange.wallet("other").balance == before + 6
    assert desk.log()[0].funding == -6
    assert desk.exchange.counter_accounts()["funding"] == 0


def test_only_holders_at_the_settlement_pay(desk: Desk) -> None:
    desk.buy("0.1")
    desk.sell("0.1")
    before = desk.wallet.balance
    desk.settle("0.003")
    assert desk.wallet.balance == before
    desk.limit("Buy", "0.1", "59000")  # an order is not a position
    desk.settle("0.003")
    assert desk.wallet.balance == before
    assert desk.exchange.positions(ME) == []


def test_a_negative_rate_is_paid_by_shorts(desk: Desk) -> None:
    desk.sell("0.1")
    before = desk.wallet.balance
    desk.settle("-0.0005")
    assert desk.wallet.balance == before - 3
    assert next(desk.exchange.executions(ME)).side == "Sell"


def test_funding_counts_into_the_result_of_the_holding(desk: Desk) -> None:
    desk.buy("0.1")
    desk.settle("0.0001")
    assert desk.position().current_realised == Decimal("-3.9")
    assert desk.position().cumulative_realised == Decimal("-3.9")

"""A trade's whole life on the simulated exchange, through the gateway."""

from datetime import timedelta
from decimal import Decimal

import pytest

from adapters.bybit.gateway import BybitGateway
from tests.contract.gateway.conftest import SYMBOL, Venue, long_entry, resting_entry
from trading.errors import ExchangeDuplicateError, ExchangeRefusedError
from trading.orders import OrderStatus, PositionIndex, StopKind
from trading.positions import Direction, PositionMode
from trading.risk import approve_reduction


def test_an_entry_is_filled_and_protected_from_the_start(gateway: BybitGateway) -> None:
    approved = long_entry(gateway.ticker(SYMBOL), "at-entry")

    acknowledged = gateway.place(approved)

    (position,) = gateway.positions()
    assert position.direction is Direction.LONG
    assert position.quantity == approved.order.quantity
    assert position.stop_loss == approved.order.stop_loss
    assert position.take_profit == approved.order.take_profit
    children = {order.stop_kind: order for order in gateway.open_orders()}
    assert set(children) == {StopKind.STOP_LOSS, StopKind.TAKE_PROFIT}
    assert {child.parent_link_id for child in children.values()} == {"at-entry"}
    assert all(child.reduce_only for child in children.values())
    order = gateway.order_by_link_id(SYMBOL, "at-entry")
    assert order is not None
    assert (order.order_id, order.status) == (acknowledged.order_id, OrderStatus.FILLED)


def test_a_closed_trade_adds_up_to_the_last_cent(venue: Venue) -> None:
    gateway = venue.gateway
    opened_at = gateway.server_time()
    gateway.place(long_entry(gateway.ticker(SYMBOL), "at-entry"))
    venue.advance(timedelta(minutes=10))
    (position,) = gateway.positions()

    gateway.place(approve_reduction(position, None, link_id="at-close"))

    assert gateway.positions() == []
    assert gateway.open_orders() == []
    entry, close = gateway.executions_since(opened_at)
    assert (entry.link_id, close.link_id) == ("at-entry", "at-close")
    assert close.closed_quantity == position.quantity
    deposit, *trades = gateway.transactions_since(opened_at - timedelta(minutes=1))
    assert sum(trade.change_usdt for trade in trades) == (
        close.value_usdt - entry.value_usdt - entry.fee_usdt - close.fee_usdt
    )
    (result,) = gateway.closed_pnl(opened_at)
    assert result.pnl_usdt == sum(trade.change_usdt for trade in trades)
    wallet = gateway.wallet_balance()
    assert wallet.wallet_balance_usdt == deposit.change_usdt + result.pnl_usdt
    assert wallet.equity_usdt == wallet.wallet_balance_usdt
    assert [
        order.link_id for order in gateway.order_history_since(opened_at) if order.link_id
    ] == [
        "at-entry",
        "at-close",
    ]


def test_the_same_order_twice_exists_once(gateway: BybitGateway) -> None:
    approved = long_entry(gateway.ticker(SYMBOL), "at-twice")
    first = gateway.place(approved)

    with pytest.raises(ExchangeDuplicateError):
        gateway.place(approved)

    order = gateway.order_by_link_id(SYMBOL, "at-twice")
    assert order is not None
    assert order.order_id == first.order_id
    assert gateway.positions()[0].quantity == approved.order.quantity


def test_an_order_never_sent_is_nowhere(gateway: BybitGateway) -> None:
    assert gateway.order_by_link_id(SYMBOL, "at-never") is None


def test_a_resting_order_is_amended_and_cancelled(gateway: BybitGateway) -> None:
    approved = resting_entry(gateway.ticker(SYMBOL), "at-rests")
    gateway.place(approved)
    assert approved.order.price is not None
    price, quantity = approved.order.price - 100, Decimal("0.020")

    gateway.amend(SYMBOL, "at-rests", price=price, quantity=quantity)
    gateway.amend(SYMBOL, "at-rests", price=price, quantity=quantity)

    (order,) = gateway.open_orders()
    assert (order.price, order.quantity) == (price, quantity)
    gateway.cancel(SYMBOL, "at-rests")
    gateway.cancel(SYMBOL, "at-rests")
    cancelled = gateway.order_by_link_id(SYMBOL, "at-rests")
    assert cancelled is not None
    assert cancelled.status is OrderStatus.CANCELLED
    with pytest.raises(ExchangeRefusedError):
        gateway.amend(SYMBOL, "at-rests", price=price - 1)


@pytest.mark.parametrize("symbol", [SYMBOL, None])
def test_cancelling_entries_leaves_the_stops_of_positions(
    gateway: BybitGateway, symbol: str | None
) -> None:
    ticker = gateway.ticker(SYMBOL)
    gateway.place(long_entry(ticker, "at-holds"))
    gateway.place(resting_entry(ticker, "at-waits"))

    gateway.cancel_entries(symbol)

    assert {order.stop_kind for order in gateway.open_orders()} == {
        StopKind.STOP_LOSS,
        StopKind.TAKE_PROFIT,
    }
    assert gateway.positions()[0].is_protected


def test_a_stop_is_moved_and_moving_it_again_changes_nothing(gateway: BybitGateway) -> None:
    approved = long_entry(gateway.ticker(SYMBOL), "at-entry")
    gateway.place(approved)
    assert approved.order.stop_loss is not None
    tighter = approved.order.stop_loss + 500

    for _ in range(2):
        gateway.set_protection(
            SYMBOL, stop_loss=tighter, take_profit=None, position_index=PositionIndex.ONE_WAY
        )

    (position,) = gateway.positions()
    assert (position.stop_loss, position.take_profit) == (tighter, approved.order.take_profit)


def test_a_stop_without_a_position_or_beyond_the_price_is_refused(gateway: BybitGateway) -> None:
    above = gateway.ticker(SYMBOL).last + 1000

    with pytest.raises(ExchangeRefusedError):
        gateway.set_protection(
            SYMBOL, stop_loss=above, take_profit=None, position_index=PositionIndex.ONE_WAY
        )
    gateway.place(long_entry(gateway.ticker(SYMBOL), "at-entry"))
    with pytest.raises(ExchangeRefusedError):
        gateway.set_protection(
            SYMBOL, stop_loss=above, take_profit=None, position_index=PositionIndex.ONE_WAY
        )


def test_leverage_is_set_once_twice_and_not_beyond_the_limit(gateway: BybitGateway) -> None:
    gateway.set_leverage(SYMBOL, Decimal(7))
    gateway.set_leverage(SYMBOL, Decimal(7))
    gateway.place(long_entry(gateway.ticker(SYMBOL), "at-entry"))

    assert gateway.positions()[0].leverage == 7
    assert gateway.position_mode(SYMBOL) is PositionMode.ONE_WAY
    with pytest.raises(ExchangeRefusedError):
        gateway.set_leverage(SYMBOL, Decimal(5000))


def test_an_order_the_wallet_cannot_carry_is_refused_and_leaves_nothing(
    gateway: BybitGateway,
) -> None:
    approved = long_entry(gateway.ticker(SYMBOL), "at-greedy", quantity=Decimal(5))

    with pytest.raises(ExchangeRefusedError) as refused:
        gateway.place(approved)

    assert refused.value.code == 110007
    assert gateway.order_by_link_id(SYMBOL, "at-greedy") is None


def test_the_account_knows_its_fees_and_its_key(gateway: BybitGateway) -> None:
    assert gateway.fee_rates(SYMBOL).taker > gateway.fee_rates(SYMBOL).maker
    permissions = gateway.key_permissions()
    assert permissions.may_trade
    assert not permissions.may_withdraw

from decimal import Decimal
from typing import Any

import pytest

from tests.trading import builders
from trading.errors import InvariantError
from trading.orders import OrderRequest, OrderStatus, OrderType, Side


def _request(**changes: Any) -> OrderRequest:
    fields: dict[str, Any] = {
        "link_id": "at-1",
        "symbol": "BTCUSDT",
        "side": Side.BUY,
        "order_type": OrderType.MARKET,
        "quantity": Decimal("0.1"),
        "stop_loss": Decimal(39_000),
        "take_profit": Decimal(42_000),
    }
    return OrderRequest(**(fields | changes))


def test_buying_undoes_selling() -> None:
    assert Side.BUY.opposite is Side.SELL
    assert Side.SELL.opposite is Side.BUY


@pytest.mark.parametrize("status", list(OrderStatus))
def test_only_terminal_states_are_closed(status: OrderStatus) -> None:
    terminal = {"filled", "cancelled", "rejected", "deactivated"}
    assert status.is_open is (status.value not in terminal)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"take_profit": None},
        {"order_type": OrderType.LIMIT, "price": Decimal(40_000)},
        {"side": Side.SELL, "stop_loss": Decimal(42_000), "take_profit": Decimal(39_000)},
        {"reduce_only": True, "stop_loss": None, "take_profit": None},
    ],
)
def test_sensible_orders_can_be_built(changes: dict[str, Any]) -> None:
    assert _request(**changes).quantity == Decimal("0.1")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"link_id": "not allowed!"}, "link id"),
        ({"quantity": Decimal(0)}, "order quantity"),
        ({"price": Decimal(1)}, "only limit orders"),
        ({"order_type": OrderType.LIMIT}, "only limit orders"),
        ({"stop_loss": None}, "must carry its stop loss"),
        ({"stop_loss": Decimal(-1)}, "order stop_loss"),
        ({"stop_loss": Decimal(43_000)}, "stop is below its target"),
        ({"side": Side.SELL}, "stop is below its target"),
        ({"reduce_only": True}, "cannot carry a stop or target"),
        ({"reduce_only": True, "stop_loss": None}, "cannot carry a stop or target"),
    ],
)
def test_dangerous_orders_cannot_be_built(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(InvariantError, match=message):
        _request(**changes)


@pytest.mark.parametrize("name", ["quantity", "filled_quantity"])
def test_reported_orders_have_no_negative_quantities(name: str) -> None:
    with pytest.raises(InvariantError, match=name):
        builders.order(**{name: Decimal(-1)})

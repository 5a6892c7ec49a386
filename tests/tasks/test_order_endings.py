"""How an order ended at the exchange decides how its intent ends here."""

from decimal import Decimal

import pytest

from db.repositories.intents import Resolution
from tasks.endings import resolution_of
from tests.trading import builders
from trading.intent_states import IntentState
from trading.orders import Order, OrderStatus


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (builders.order(status=OrderStatus.NEW), None),
        (builders.order(status=OrderStatus.PARTIALLY_FILLED, filled_quantity=Decimal(1)), None),
        (builders.order(status=OrderStatus.UNKNOWN), None),
        (
            builders.order(status=OrderStatus.FILLED, filled_quantity=Decimal("0.1")),
            Resolution(IntentState.FILLED, "order-1"),
        ),
        (
            builders.order(status=OrderStatus.CANCELLED, filled_quantity=Decimal("0.05")),
            Resolution(IntentState.FILLED, "order-1"),
        ),
        (
            builders.order(status=OrderStatus.REJECTED, reject_reason="EC_PostOnly"),
            Resolution(IntentState.REFUSED, "order-1", error_message="EC_PostOnly"),
        ),
        (
            builders.order(status=OrderStatus.REJECTED),
            Resolution(IntentState.REFUSED, "order-1", error_message="rejected"),
        ),
        (
            builders.order(status=OrderStatus.CANCELLED, reject_reason="EC_NoImmediateQty"),
            Resolution(IntentState.CANCELLED, "order-1", error_message="EC_NoImmediateQty"),
        ),
        (
            builders.order(status=OrderStatus.DEACTIVATED),
            Resolution(IntentState.CANCELLED, "order-1"),
        ),
    ],
)
def test_how_an_order_ended_decides_how_its_intent_ends(
    order: Order, expected: Resolution | None
) -> None:
    assert resolution_of(order) == expected

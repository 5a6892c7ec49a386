"""The 7-day rule and the visibility of finished orders."""

from decimal import Decimal

import pytest

from exchange_sim.engine.errors import VenueError
from exchange_sim.engine.order_model import Order
from exchange_sim.engine.vocabulary import OrderStatus, OrderType, Side
from exchange_sim.server.parameters import Parameters
from exchange_sim.server.windows import DAY_MS, WEEK_MS, Window, still_shown, window_of

NOW = 100 * DAY_MS


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, Window(NOW - WEEK_MS, NOW)),
        ({"startTime": "5"}, Window(5, 5 + WEEK_MS)),
        ({"endTime": str(NOW)}, Window(NOW - WEEK_MS, NOW)),
        ({"startTime": "5", "endTime": "9"}, Window(5, 9)),
        ({"startTime": "0", "endTime": str(WEEK_MS)}, Window(0, WEEK_MS)),
    ],
)
def test_a_missing_end_is_found_from_the_other_one(given: dict, expected: Window) -> None:
    assert window_of(Parameters(given), NOW) == expected


@pytest.mark.parametrize(("start", "end"), [(0, WEEK_MS + 1), (9, 5)])
def test_more_than_seven_days_or_a_reversed_window_is_refused(start: int, end: int) -> None:
    with pytest.raises(VenueError, match="0 to 7 days"):
        window_of(Parameters({"startTime": start, "endTime": end}), NOW)


def test_the_transaction_log_looks_back_a_day_by_default() -> None:
    assert window_of(Parameters({}), NOW, default_ms=DAY_MS) == Window(NOW - DAY_MS, NOW)


def test_both_ends_of_a_window_belong_to_it() -> None:
    window = Window(5, 9)

    assert [window.covers(moment) for moment in (4, 5, 9, 10)] == [False, True, True, False]


@pytest.mark.parametrize(
    ("status", "filled", "age_ms", "shown"),
    [
        (OrderStatus.CANCELLED, "0", DAY_MS - 1, True),
        (OrderStatus.CANCELLED, "0", DAY_MS, False),
        (OrderStatus.REJECTED, "0", DAY_MS, False),
        (OrderStatus.DEACTIVATED, "0", DAY_MS, False),
        (OrderStatus.CANCELLED, "1", 30 * DAY_MS, True),
        (OrderStatus.FILLED, "1", 30 * DAY_MS, True),
        (OrderStatus.TRIGGERED, "0", 2 * DAY_MS, True),
        (OrderStatus.TRIGGERED, "0", WEEK_MS, False),
    ],
)
def test_history_forgets_unfilled_orders(
    status: OrderStatus, filled: str, age_ms: int, shown: bool
) -> None:
    order = Order(
        order_id="1",
        symbol="BTCUSDT",
        side=Side.BUY,
        order_type=OrderType.LIMIT,
        quantity=Decimal(1),
        created_ms=0,
        updated_ms=NOW - age_ms,
        status=status,
        filled_quantity=Decimal(filled),
    )

    assert still_shown(order, NOW) is shown

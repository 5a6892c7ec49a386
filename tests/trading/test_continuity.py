"""Fills that continue what is known, and fills between which one is missing."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from trading.continuity import has_gap
from trading.executions import Execution, ExecutionKind
from trading.orders import Side

AT = datetime(2026, 1, 1, tzinfo=UTC)


def fill(number: int, side: Side, quantity: int, closed: int = 0) -> Execution:
    return Execution(
        execution_id=f"e{number}",
        order_id="o1",
        link_id="",
        symbol="BTCUSDT",
        side=side,
        kind=ExecutionKind.TRADE,
        price=Decimal(100),
        quantity=Decimal(quantity),
        value_usdt=Decimal(100 * quantity),
        fee_usdt=Decimal(0),
        fee_rate=Decimal(0),
        is_maker=False,
        closed_quantity=Decimal(closed),
        executed_at=AT + timedelta(seconds=number),
        sequence=number,
    )


FIRST, SECOND = fill(1, Side.BUY, 2), fill(2, Side.BUY, 3)
CLOSE = fill(3, Side.SELL, 5, closed=5)


@pytest.mark.parametrize(
    ("known", "new", "gap"),
    [
        ([], [FIRST], False),
        ([FIRST], [SECOND], False),
        ([FIRST, SECOND], [CLOSE], False),
        ([FIRST], [CLOSE], True),
        ([], [FIRST, CLOSE], True),
        ([], [CLOSE, SECOND, FIRST], False),
        ([FIRST], [CLOSE, SECOND], False),
        ([], [CLOSE], False),
        ([FIRST], [FIRST], False),
        ([FIRST], [fill(2, Side.SELL, 5, closed=2)], False),
    ],
    ids=[
        "the first fill",
        "one more",
        "all of it is closed",
        "a fill between is missing",
        "missing within the new",
        "out of order",
        "out of order after a known one",
        "what was opened before is unknown",
        "told twice",
        "closed and turned round",
    ],
)
def test_a_fill_that_closes_more_than_is_held_has_a_gap_before_it(
    known: list[Execution], new: list[Execution], gap: bool
) -> None:
    assert has_gap(known, new) is gap

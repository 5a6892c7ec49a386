from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.trading import builders
from tests.trading.builders import NOW
from trading.errors import InvariantError
from trading.executions import Execution, ExecutionKind
from trading.naked_time import StopInterval, naked_seconds
from trading.orders import Side


def _at(second: int) -> datetime:
    return NOW + timedelta(seconds=second)


def _fill(second: int, side: Side = Side.BUY, **changes: Any) -> Execution:
    return builders.execution(executed_at=_at(second), side=side, **changes)


def _stop(since: int, until: int | None = None, quantity: str | None = None) -> StopInterval:
    return StopInterval(
        _at(since),
        None if until is None else _at(until),
        None if quantity is None else Decimal(quantity),
    )


OPEN, CLOSE = _fill(0), _fill(100, Side.SELL)


@pytest.mark.parametrize(
    ("executions", "stops", "expected"),
    [
        ([], [], 0),
        ([OPEN, CLOSE], [], 100),
        ([OPEN], [], 200),
        ([OPEN, CLOSE], [_stop(0)], 0),
        ([OPEN, CLOSE], [_stop(3)], 3),
        ([OPEN, CLOSE], [_stop(0, 40), _stop(45)], 5),
        ([OPEN, CLOSE], [_stop(0, 40)], 60),
        ([OPEN, CLOSE], [_stop(0, quantity="0.1")], 0),
        ([OPEN, CLOSE], [_stop(0, quantity="0.04")], 100),
        ([OPEN, CLOSE], [_stop(0, quantity="0.04"), _stop(10, quantity="0.06")], 10),
        ([OPEN, _fill(50), _fill(70, Side.SELL), CLOSE], [_stop(0, quantity="0.1")], 20),
        ([CLOSE, OPEN], [_stop(0)], 0),
        ([_fill(0, Side.SELL), _fill(100)], [_stop(7)], 7),
        ([OPEN, _fill(50, Side.SELL, kind=ExecutionKind.FUNDING), CLOSE], [], 100),
        ([OPEN, _fill(900, Side.SELL)], [], 200),
        ([OPEN, CLOSE], [_stop(900)], 100),
    ],
)
def test_naked_time_is_the_time_a_position_outweighs_its_stops(
    executions: list[Execution], stops: list[StopInterval], expected: float
) -> None:
    assert naked_seconds(executions, stops, until=_at(200)) == expected


@given(since=st.integers(-50, 150), length=st.integers(0, 150))
def test_protected_and_naked_time_add_up_to_the_holding_time(since: int, length: int) -> None:
    naked = naked_seconds([OPEN, CLOSE], [_stop(since, since + length)], until=_at(200))
    covered = max(0, min(100, since + length) - max(0, since))
    assert naked + covered == 100


def test_a_stop_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(InvariantError, match="ends before it starts"):
        _stop(5, 4)

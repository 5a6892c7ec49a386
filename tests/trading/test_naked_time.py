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
from trading.naked_time import StopInterval, naked_seconds, naked_usdt_seconds
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


@pytest.mark.parametrize(
    ("executions", "stops", "expected"),
    [
        ([], [], "0"),
        ([OPEN, CLOSE], [], "400000"),  # 0.1 x 40000 x 100 s
        ([OPEN, CLOSE], [_stop(0)], "0"),
        ([OPEN, CLOSE], [_stop(3)], "12000"),
        ([OPEN, CLOSE], [_stop(0, quantity="0.04")], "240000"),  # 0.06 x 40000 x 100 s
        ([OPEN, CLOSE], [_stop(0, quantity="5")], "0"),
        ([OPEN, _fill(50, price=Decimal(50_000)), _fill(100, Side.SELL)], [], "700000"),
        ([_fill(0, Side.SELL), _fill(100)], [_stop(7)], "28000"),
    ],
    ids=[
        "nothing",
        "no stop",
        "a stop from the start",
        "a late stop",
        "a part uncovered counts as that part",
        "more stop than position is no credit",
        "the price is that of the newest fill",
        "a short",
    ],
)
def test_naked_money_is_what_stood_uncovered_for_how_long(
    executions: list[Execution], stops: list[StopInterval], expected: str
) -> None:
    assert naked_usdt_seconds(executions, stops, until=_at(100)) == Decimal(expected)


FILLS = st.lists(
    st.builds(
        lambda second, side, tenths, price: _fill(
            second, side, quantity=Decimal(tenths) / 10, price=Decimal(price)
        ),
        st.integers(0, 30),
        st.sampled_from(Side),
        st.integers(1, 5),
        st.integers(1, 9),
    ),
    max_size=6,
    unique_by=lambda row: row.executed_at,
)
STOPS = st.lists(
    st.builds(
        lambda since, length, tenths: _stop(since, since + length, tenths and str(tenths / 10)),
        st.integers(-5, 30),
        st.integers(0, 30),
        st.none() | st.integers(1, 5),
    ),
    max_size=4,
)


@given(executions=FILLS, stops=STOPS)
def test_naked_money_equals_the_sum_second_by_second(
    executions: list[Execution], stops: list[StopInterval]
) -> None:
    total = Decimal(0)
    for second in range(31):
        done = [row for row in executions if row.executed_at <= _at(second)]
        signs = {Side.BUY: 1, Side.SELL: -1}
        held = abs(sum((signs[row.side] * row.quantity for row in done), Decimal(0)))
        standing = [stop.quantity for stop in stops if stop.covers(_at(second))]
        covered = sum((held if one is None else one for one in standing), Decimal(0))
        if done and held > covered:
            total += (held - covered) * max(done, key=lambda row: row.executed_at).price
    assert naked_usdt_seconds(executions, stops, until=_at(31)) == total


@given(executions=FILLS, stops=STOPS)
def test_no_money_is_naked_without_naked_time_nor_the_reverse(
    executions: list[Execution], stops: list[StopInterval]
) -> None:
    money = naked_usdt_seconds(executions, stops, until=_at(31))
    assert (money > 0) == (naked_seconds(executions, stops, until=_at(31)) > 0)

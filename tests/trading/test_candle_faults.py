"""Every kind of fault is found, with its first row, and nothing else is."""

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trading.candle_columns import CandleColumns, milliseconds_of, moment_of
from trading.candle_faults import IMPOSSIBLE, REMARKS, Fault, find_faults
from trading.candle_series import Holding, SeriesName, Span
from trading.candles import Interval
from trading.errors import BadDataError, InvariantError

HOUR = timedelta(hours=1)
START = datetime(2026, 1, 1, tzinfo=UTC)
COUNT = 12
NOW = START + COUNT * HOUR


def candles(count: int = COUNT) -> CandleColumns:
    opened = milliseconds_of(START) + np.arange(count, dtype=np.int64) * 3_600_000
    ten = np.full(count, 10.0)
    return CandleColumns(opened, ten, ten + 1, ten - 1, ten.copy(), np.full(count, 5.0))


def changed(column: str, row: int, value: float) -> CandleColumns:
    made = candles()
    cells = getattr(made, column).copy()
    cells[row] = value
    return replace(made, **{column: cells})


def found(columns: CandleColumns, now: datetime = NOW) -> list[tuple[Fault, int, int]]:
    findings = find_faults(columns, Interval.H1, now=now)
    return [(finding.fault, finding.row, finding.count) for finding in findings]


def test_good_candles_have_no_fault() -> None:
    assert found(candles()) == []
    assert found(candles(0)) == []
    assert found(candles(1), START + HOUR) == []


@pytest.mark.parametrize(
    ("column", "row", "value", "fault"),
    [
        ("open", 3, 0.0, Fault.BAD_PRICE),
        ("close", 3, float("nan"), Fault.BAD_PRICE),
        ("low", 3, -1.0, Fault.BAD_PRICE),
        ("high", 3, float("inf"), Fault.BAD_PRICE),
        ("high", 3, 9.5, Fault.BAD_RANGE),
        ("low", 3, 10.5, Fault.BAD_RANGE),
        ("volume", 3, -0.1, Fault.BAD_VOLUME),
        ("volume", 3, float("nan"), Fault.BAD_VOLUME),
    ],
)
def test_a_cell_that_cannot_be_is_found(column: str, row: int, value: float, fault: Fault) -> None:
    assert found(changed(column, row, value)) == [(fault, row + 1, 1)]


def test_times_that_cannot_be_are_found() -> None:
    made = candles()
    opened = made.opened_ms.copy()
    assert found(replace(made, opened_ms=opened + 1)) == [
        (Fault.BAD_TIME, 1, COUNT),
        (Fault.UNFINISHED, COUNT, 1),
    ]
    assert found(made.rows(np.array([0, 2, 1, 3]))) == [(Fault.UNSORTED, 3, 1)]
    assert found(made.rows(np.array([0, 1, 1, 2]))) == [(Fault.DUPLICATE, 2, 2)]
    assert found(made, NOW - timedelta(milliseconds=1)) == [(Fault.UNFINISHED, COUNT, 1)]


def test_what_is_odd_but_may_be_is_told_apart() -> None:
    made = candles()
    holed = made.rows(np.array([0, 1, 4, 5, 7, 8, 9, 10, 11]))
    assert found(holed) == [(Fault.GAP, 3, 2)]
    (gap,) = find_faults(holed, Interval.H1, now=NOW)
    assert "3 candles missing in all" in gap.message
    assert gap.opened_at == START + 4 * HOUR
    silent = replace(made, volume=np.where(np.arange(COUNT) >= 6, 0.0, 1.0))
    assert found(silent) == [(Fault.SILENT, 7, 1)]
    assert find_faults(silent, Interval.H1, now=NOW, has_volume=False) == []
    assert found(made, NOW + HOUR) == []
    assert found(made, NOW + 2 * HOUR) == [(Fault.LATE, COUNT, 1)]
    jumped = replace(made, **{name: getattr(made, name) * _step() for name in _PRICES})
    assert found(jumped) == [(Fault.JUMP, 7, 1)]


_PRICES = ("open", "high", "low", "close")


def _step() -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.where(np.arange(COUNT) >= 6, 1.2, 1.0)


def test_mark_prices_may_lack_a_volume() -> None:
    made = replace(candles(), volume=np.full(COUNT, np.nan))
    assert find_faults(made, Interval.H1, now=NOW, has_volume=False) == []


def test_every_fault_is_impossible_a_remark_or_a_gap() -> None:
    assert set(Fault) - IMPOSSIBLE - REMARKS == {Fault.GAP}


@given(
    row=st.integers(0, COUNT - 1), column=st.sampled_from([*_PRICES, "volume"]), value=st.floats()
)
def test_candles_without_an_impossible_row_make_a_series(
    row: int, column: str, value: float
) -> None:
    columns = changed(column, row, value)
    faults = {fault for fault, _, _ in found(columns)}
    name = SeriesName("BTCUSDT", Interval.H1)
    if not faults & IMPOSSIBLE:
        assert len(columns.as_series(name)) == COUNT
    elif value != float("inf"):  # an endless volume is no number either, but sums no price
        with pytest.raises(BadDataError):
            columns.as_series(name)


def test_rows_that_come_newest_first_are_turned_around() -> None:
    made = candles()
    turned = made.rows(slice(None, None, -1)).oldest_first()
    for field in fields(made):
        assert (getattr(turned, field.name) == getattr(made, field.name)).all()
    mixed = made.rows(np.array([1, 0, 2]))
    assert mixed.oldest_first() is mixed


def test_a_span_has_its_beginning_and_not_its_end() -> None:
    chosen = candles().of_span(Span(START + HOUR, START + 3 * HOUR))
    assert [moment_of(int(at)) for at in chosen.opened_ms] == [START + HOUR, START + 2 * HOUR]
    assert len(candles().of_span(Span())) == COUNT
    with pytest.raises(InvariantError, match="is empty"):
        Span(START, START)


def test_a_holding_counts_what_lacks_between_its_ends() -> None:
    held = Holding(SeriesName("BTCUSDT", Interval.H1, is_mark=True), START, START + 9 * HOUR, 8)
    assert held.missing == 2
    assert str(held.name) == "BTCUSDT 1h mark"


@given(st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2099, 1, 1)))  # noqa: DTZ001
def test_a_moment_survives_as_milliseconds(moment: datetime) -> None:
    there = moment.replace(tzinfo=UTC, microsecond=moment.microsecond // 1000 * 1000)
    assert moment_of(milliseconds_of(there)) == there

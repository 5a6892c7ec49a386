"""What is wrong with candles: one finding for each kind of fault, with its first row."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from trading.candle_columns import CandleColumns, milliseconds_of, moment_of
from trading.candles import Interval

LONGEST_SILENCE: Final = 5
"""Candles in a row without a trade that are worth a remark."""
LARGEST_JUMP: Final = 0.10
"""Change from a close to the next open, as a fraction, that is worth a remark."""

_PRICES = ("open", "high", "low", "close")
_Rows = NDArray[np.intp]


class Fault(StrEnum):
    """The ways in which candles can be wrong or odd."""

    BAD_TIME = "bad time"
    UNSORTED = "unsorted"
    DUPLICATE = "duplicate"
    UNFINISHED = "unfinished"
    BAD_PRICE = "bad price"
    BAD_RANGE = "bad range"
    BAD_VOLUME = "bad volume"
    GAP = "gap"
    SILENT = "no trades"
    JUMP = "jump"
    LATE = "late"


IMPOSSIBLE: Final = frozenset(
    {
        Fault.BAD_TIME,
        Fault.UNSORTED,
        Fault.DUPLICATE,
        Fault.UNFINISHED,
        Fault.BAD_PRICE,
        Fault.BAD_RANGE,
        Fault.BAD_VOLUME,
    }
)
"""No market makes such candles: they are never stored."""
REMARKS: Final = frozenset({Fault.SILENT, Fault.JUMP, Fault.LATE})
"""Markets do make such candles; whoever trades on them should know."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One kind of fault: the first row that has it (from 1), its time, and how many have it."""

    fault: Fault
    row: int
    opened_at: datetime
    count: int
    message: str


def find_faults(
    columns: CandleColumns, interval: Interval, *, now: datetime, has_volume: bool = True
) -> list[Finding]:
    """Everything wrong with candles at `now`, what makes them impossible first.

    Gaps and jumps are looked for only where the times are in order. Mark prices have no volume.
    """
    found = [*_time_faults(columns, interval, now), *_price_faults(columns)]
    if has_volume:
        found += _volume_faults(columns)
    if not any(finding.fault in IMPOSSIBLE for finding in found):
        found += _remarks(columns, interval, now, has_volume=has_volume)
    return found


def _time_faults(columns: CandleColumns, interval: Interval, now: datetime) -> Iterator[Finding]:
    opened, length = columns.opened_ms, _length_ms(interval)
    steps = np.diff(opened)
    seen = _First(columns)
    yield from seen.of(
        Fault.BAD_TIME,
        np.flatnonzero((opened % length != 0) | (opened <= 0)),
        f"does not open on the grid of {interval}; times are open times in UTC",
    )
    yield from seen.of(
        Fault.UNSORTED, np.flatnonzero(steps < 0) + 1, "follows a later one; sort by open time"
    )
    ordered = np.sort(opened)
    twice = np.isin(opened, ordered[1:][np.diff(ordered) == 0])
    yield from seen.of(Fault.DUPLICATE, np.flatnonzero(twice), "comes twice; keep one of each")
    yield from seen.of(
        Fault.UNFINISHED,
        np.flatnonzero(opened + length > milliseconds_of(now)),
        f"is not closed at {now.isoformat()}; leave it out",
    )


def _price_faults(columns: CandleColumns) -> Iterator[Finding]:
    prices = np.stack([getattr(columns, name) for name in _PRICES])
    impossible = ~(np.isfinite(prices) & (prices > 0)).all(axis=0)
    seen = _First(columns)
    yield from seen.of(
        Fault.BAD_PRICE,
        np.flatnonzero(impossible),
        "has a price that is no number above 0; delete the row or fetch it again",
    )
    body_low = np.minimum(columns.open, columns.close)
    body_high = np.maximum(columns.open, columns.close)
    crossed = (columns.low > body_low) | (columns.high < body_high)
    yield from seen.of(
        Fault.BAD_RANGE,
        np.flatnonzero(crossed & ~impossible),
        "opens or closes outside its high and low; fetch it again",
    )


def _volume_faults(columns: CandleColumns) -> Iterator[Finding]:
    bad = ~(np.isfinite(columns.volume) & (columns.volume >= 0))
    yield from _First(columns).of(
        Fault.BAD_VOLUME,
        np.flatnonzero(bad),
        "has a volume that is no number from 0; fetch it again",
    )


def _remarks(
    columns: CandleColumns, interval: Interval, now: datetime, *, has_volume: bool
) -> Iterator[Finding]:
    if not len(columns):
        return
    length, seen = _length_ms(interval), _First(columns)
    steps = np.diff(columns.opened_ms)
    holes = np.flatnonzero(steps > length)
    missing = int((steps[holes] // length - 1).sum())
    told = f"follows a hole ({missing} candles missing in all); fetch them, none is filled in"
    yield from seen.of(Fault.GAP, holes + 1, told)
    if has_volume:
        told = f"begins {LONGEST_SILENCE} or more without a trade; nothing could be filled then"
        yield from seen.of(Fault.SILENT, _silences(columns.volume), told)
    ratio = columns.open[1:] / columns.close[:-1]
    jumps = (np.abs(np.log(ratio)) > np.log1p(LARGEST_JUMP)) & (steps == length)
    told = f"opens more than {LARGEST_JUMP:.0%} from the close before; compare another source"
    yield from seen.of(Fault.JUMP, np.flatnonzero(jumps) + 1, told)
    if columns.opened_ms[-1] + 2 * length <= milliseconds_of(now) - length:
        last = np.array([len(columns) - 1])
        yield from seen.of(Fault.LATE, last, f"is the newest at {now.isoformat()}")


def _silences(volume: NDArray[np.float64]) -> _Rows:
    """Where a run of `LONGEST_SILENCE` or more candles without volume begins."""
    silent = np.concatenate(([0], (volume == 0).astype(np.int8), [0]))
    edges = np.diff(silent)
    begins, ends = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    return begins[ends - begins >= LONGEST_SILENCE]


@dataclass(frozen=True, slots=True)
class _First:
    """Tells the first of the rows that have a fault."""

    columns: CandleColumns

    def of(self, fault: Fault, rows: _Rows, what: str) -> Iterator[Finding]:
        if not len(rows):
            return
        row = int(rows[0])
        opened_at = moment_of(int(self.columns.opened_ms[row]))
        count = f" ({len(rows)} such rows)" if len(rows) > 1 else ""
        message = f"row {row + 1}: the candle of {opened_at.isoformat()} {what}{count}"
        yield Finding(fault, row + 1, opened_at, len(rows), message)


def _length_ms(interval: Interval) -> int:
    return int(interval.length.total_seconds() * 1000)

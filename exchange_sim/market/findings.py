"""What is wrong with a data file: one typed finding per file and problem."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

import numpy as np

from exchange_sim.market.bars import FloatArray, IntArray
from exchange_sim.market.errors import MarketDataError

Columns = dict[str, FloatArray | IntArray]


class Problem(StrEnum):
    """The ways in which a data file can be unusable."""

    UNKNOWN_NAME = "unknown name"
    TWICE = "same content twice"
    UNREADABLE = "unreadable"
    WRONG_COLUMNS = "wrong columns"
    EMPTY = "empty"
    MISALIGNED = "misaligned"
    UNSORTED = "unsorted"
    DUPLICATE = "duplicate"
    GAP = "gap"
    BAD_PRICE = "bad price"
    BAD_RANGE = "bad range"
    BAD_VOLUME = "bad volume"
    BAD_RATE = "bad rate"


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem of one file; `message` says what is there, what is allowed and what to do."""

    file: str
    problem: Problem
    message: str


class UnusableFileError(MarketDataError):
    """A data file cannot be used; `finding` says why."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


def moment(ts_ms: int) -> str:
    """`ts_ms` as people write it."""
    return datetime.fromtimestamp(ts_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def time_problems(file: str, ts_ms: IntArray, interval_ms: int) -> Iterator[Finding]:
    """Misaligned, unsorted, doubled and missing candles; at most one finding of each kind."""
    off_grid = np.flatnonzero(ts_ms % interval_ms)
    if len(off_grid):
        yield _finding(
            file,
            Problem.MISALIGNED,
            f"row {off_grid[0] + 1} starts at {moment(int(ts_ms[off_grid[0]]))}, which is no "
            f"multiple of {interval_ms // 60_000} min; ts_ms is the open time in UTC ms",
        )
    yield from order_problems(file, ts_ms)
    ordered = np.unique(ts_ms)
    holes = np.flatnonzero(np.diff(ordered) > interval_ms)
    if len(holes):
        yield _gap(file, ordered, holes, interval_ms)


def order_problems(file: str, ts_ms: IntArray) -> Iterator[Finding]:
    """Times that go back or repeat."""
    steps = np.diff(ts_ms)
    back = np.flatnonzero(steps < 0)
    if len(back):
        yield _finding(
            file,
            Problem.UNSORTED,
            f"row {back[0] + 2} ({moment(int(ts_ms[back[0] + 1]))}) is older than the row before; "
            "sort the file by ts_ms",
        )
    times, counts = np.unique(ts_ms, return_counts=True)
    if len(times) < len(ts_ms):
        doubled = times[counts > 1]
        yield _finding(
            file,
            Problem.DUPLICATE,
            f"{len(doubled)} times occur more than once, first {moment(int(doubled[0]))}; "
            "keep one row of each",
        )


def _gap(file: str, ordered: IntArray, holes: IntArray, interval_ms: int) -> Finding:
    missing = np.diff(ordered)[holes] // interval_ms - 1
    before, after = int(ordered[holes[0]]), int(ordered[holes[0] + 1])
    return _finding(
        file,
        Problem.GAP,
        f"{len(holes)} hole(s), {int(missing.sum())} candles missing; the first hole is "
        f"{int(missing[0])} candle(s) from {moment(before + interval_ms)} to "
        f"{moment(after - interval_ms)}; download them again, nothing is filled in",
    )


def price_problems(file: str, columns: Columns) -> Iterator[Finding]:
    """Prices that are not positive numbers, and candles whose high or low is not the extreme."""
    prices = {name: columns[name] for name in ("open", "high", "low", "close")}
    for name, column in prices.items():
        bad = np.flatnonzero(~(np.isfinite(column) & (column > 0)))
        if len(bad):
            at = moment(int(columns["ts_ms"][bad[0]]))
            message = (
                f"{name} is {column[bad[0]]} at {at} ({len(bad)} rows); prices are finite "
                "numbers above 0"
            )
            yield _finding(file, Problem.BAD_PRICE, message)
            return
    body_high = np.maximum(prices["open"], prices["close"])
    body_low = np.minimum(prices["open"], prices["close"])
    wrong = np.flatnonzero((prices["high"] < body_high) | (prices["low"] > body_low))
    if len(wrong):
        shown = ", ".join(f"{name} {column[wrong[0]]}" for name, column in prices.items())
        at = moment(int(columns["ts_ms"][wrong[0]]))
        message = (
            f"candle at {at} has {shown} ({len(wrong)} rows); high must be the greatest "
            "and low the least of the four"
        )
        yield _finding(file, Problem.BAD_RANGE, message)


def volume_problems(file: str, columns: Columns) -> Iterator[Finding]:
    """Volumes that are negative or not numbers."""
    volume = columns["volume"]
    bad = np.flatnonzero(~(np.isfinite(volume) & (volume >= 0)))
    if len(bad):
        at = moment(int(columns["ts_ms"][bad[0]]))
        message = f"volume is {volume[bad[0]]} at {at} ({len(bad)} rows); it must be at least 0"
        yield _finding(file, Problem.BAD_VOLUME, message)


def rate_problems(file: str, columns: Columns) -> Iterator[Finding]:
    """Funding rates that are not fractions."""
    rates = columns["funding_rate"]
    bad = np.flatnonzero(~(np.abs(rates) < 1))
    if len(bad):
        at = moment(int(columns["ts_ms"][bad[0]]))
        message = f"funding_rate is {rates[bad[0]]} at {at}; it is a fraction between -1 and 1"
        yield _finding(file, Problem.BAD_RATE, message)


def _finding(file: str, problem: Problem, message: str) -> Finding:
    return Finding(file, problem, f"{file}: {message}")

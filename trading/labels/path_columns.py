"""Candles and settlements of one symbol as the labels' kernel reads them."""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from trading.backtest.bars import BarSeries, Floats, Integers
from trading.backtest.market import PRICES, Funding
from trading.candle_columns import milliseconds_of, of_span
from trading.candle_series import Span
from trading.labels.settlements import Settlements

BLOCK: Final = 32
"""Candles that are looked at together where nothing happens."""

_Spread = dict[str, Floats]


class PathColumns(NamedTuple):
    """What the kernel reads. Prices have shape (n_slots,), one slot per candle of the grid.

    `known_until` is for each slot the first one from it on without candle, `mark_until` the same
    for candle and mark candle; of a slot without candle it is the slot itself. `paid` is what one
    coin held long pays at each settlement, USDT. `block_low` and `block_high` are the extremes of
    each whole `BLOCK` of slots, NaN where one has no candle.
    """

    start_ms: int
    interval_ms: int
    open: Floats
    high: Floats
    low: Floats
    mark_open: Floats
    mark_high: Floats
    mark_low: Floats
    known_until: Integers
    mark_until: Integers
    block_low: Floats
    block_high: Floats
    settled_ms: Integers
    paid: Floats
    settled_since_ms: int
    settled_until_ms: int


def columns_of(
    bars: BarSeries, mark: BarSeries | None, settlements: Settlements, halts: Sequence[Span]
) -> tuple[PathColumns, Floats]:
    """The columns of a path, and its closes; candles inside a halt are left out."""
    last = _spread(bars, bars, halts)
    of_mark = _spread(bars, mark, halts)
    is_known, has_mark = np.isfinite(last["open"]), np.isfinite(of_mark["open"])
    columns = PathColumns(
        start_ms=_start_ms(bars),
        interval_ms=bars.interval_ms,
        open=last["open"],
        high=last["high"],
        low=last["low"],
        mark_open=of_mark["open"],
        mark_high=of_mark["high"],
        mark_low=of_mark["low"],
        known_until=_until(is_known),
        mark_until=_until(is_known & has_mark),
        block_low=_blocks(last["low"]).min(axis=1),
        block_high=_blocks(last["high"]).max(axis=1),
        settled_ms=np.ascontiguousarray(settlements.funding.at_ms, np.int64),
        paid=_paid(bars, settlements.funding, np.where(has_mark, of_mark["open"], last["open"])),
        settled_since_ms=milliseconds_of(settlements.since),
        settled_until_ms=milliseconds_of(settlements.until),
    )
    return columns, last["close"]


def _start_ms(grid: BarSeries) -> int:
    return int(grid.opened_ms[0]) if len(grid) else 0


def _spread(grid: BarSeries, bars: BarSeries | None, halts: Sequence[Span]) -> _Spread:
    """The prices of `bars` on the slots of `grid`, NaN where there is no candle."""
    columns = {name: np.full(len(grid) + grid.missing, np.nan) for name in PRICES}
    if bars is None:
        return columns
    slots = (bars.opened_ms - _start_ms(grid)) // grid.interval_ms
    used = (slots >= 0) & (slots < len(columns["open"]))
    for halt in halts:
        used &= ~of_span(bars.opened_ms, halt)
    for name, column in columns.items():
        column[slots[used]] = getattr(bars, name)[used]
    return columns


def _until(is_known: NDArray[np.bool_]) -> Integers:
    """For each slot the first one from it on that is not known."""
    slots = np.arange(len(is_known))
    unknown = np.where(is_known, len(is_known), slots)
    until = np.minimum.accumulate(unknown[::-1])[::-1]
    return np.ascontiguousarray(until, np.int64)


def _blocks(column: Floats) -> Floats:
    return column[: len(column) // BLOCK * BLOCK].reshape(-1, BLOCK)


def _paid(grid: BarSeries, funding: Funding, prices: Floats) -> Floats:
    """NaN outside of the path and in gaps, where no label can have been held."""
    slots = (funding.at_ms - _start_ms(grid)) // grid.interval_ms
    inside = (slots >= 0) & (slots < len(prices))
    paid = np.full(len(slots), np.nan)
    paid[inside] = funding.rate[inside] * prices[slots[inside]]
    return paid

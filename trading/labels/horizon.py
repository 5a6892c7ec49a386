"""Where the price went after a decision, whatever it decided: what a forecast is judged by."""

import numpy as np
from numpy.typing import NDArray

from trading.backtest.bars import Floats, Integers
from trading.backtest.records_in_memory import Records
from trading.labels.many import Labels, censor
from trading.labels.plans import Moments
from trading.labels.price_path import PricePath
from trading.labels.rows import LABEL
from trading.labels.states import Kind, Status


def horizon_labels(path: PricePath, moments: Moments, *, bars: int | Integers = 24) -> Labels:
    """From close to close over `bars` bars of each moment's interval, in average true ranges.

    The change is in `r_gross`, `r_net`, `r_worst` and `r_best` alike: a forecast has no costs. The
    kind is UP, DOWN or UNCHANGED. Every candle in between must be there, though only the last is
    read: beside a gap no close can be trusted.
    """
    until_ms = moments.closed_ms + bars * moments.interval_ms
    later, missing_ms = _closes(path, moments.closed_ms, until_ms)
    # Without an average range it is that which lacks, at the moment itself.
    missing_ms = np.where(np.isnan(moments.atr), moments.closed_ms, missing_ms)
    is_known = missing_ms < 0
    rows = np.zeros(len(moments), LABEL)
    for name in ("quote", "fill", "stop", "target", "left", "exit", "unit"):
        rows[name] = np.nan
    rows["fill_ms"] = rows["exit_ms"] = -1
    rows["status"] = np.where(is_known, Status.FINAL, Status.INCOMPLETE)
    rows["missing_ms"] = missing_ms
    rows["final_ms"] = np.where(is_known, until_ms, -1)
    _write(rows, is_known, (later - moments.close) / moments.atr)
    censor(path, rows)
    return Labels(rows, path.interval)


def _closes(path: PricePath, since_ms: Integers, until_ms: Integers) -> tuple[Floats, Integers]:
    """The closes at `until_ms`, and what lacks between: -1 where nothing does, NaN elsewhere."""
    columns = path.columns
    first = (since_ms - columns.start_ms) // columns.interval_ms
    last = (until_ms - columns.start_ms) // columns.interval_ms - 1
    until = _known_until(path, first)
    # Candles longer than the bar of the decision do not close when it asks.
    is_on_grid = (until_ms - columns.start_ms) % columns.interval_ms == 0
    is_known = (until > last) & is_on_grid
    closes = np.full(len(first), np.nan)
    closes[is_known] = path.close[last[is_known]]
    missing_ms = columns.start_ms + np.minimum(until, last) * columns.interval_ms
    return closes, np.where(is_known, -1, missing_ms)


def _known_until(path: PricePath, slots: Integers) -> Integers:
    """The first slot from each of `slots` on that has no candle."""
    until: Integers = slots.copy()
    inside = (slots >= 0) & (slots < len(path))
    until[inside] = path.columns.known_until[slots[inside]]
    return until


def _write(rows: Records, is_known: NDArray[np.bool_], change: Floats) -> None:
    for name in ("r_gross", "r_net", "r_worst", "r_best"):
        rows[name] = np.where(is_known, change, 0.0)
    direction = np.where(change > 0, Kind.UP, np.where(change < 0, Kind.DOWN, Kind.UNCHANGED))
    rows["kind"] = np.where(is_known, direction, Kind.UNKNOWN)

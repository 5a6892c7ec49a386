"""Decisions that were recorded, traded again over candles: nothing is decided anew."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from trading.backtest.bars import BarSeries, Floats, Integers
from trading.backtest.signals import Sides, Signals
from trading.checks import require

_MISSING = -1

Kind = TypeVar("Kind", bound=np.generic)


@dataclass(frozen=True, slots=True, eq=False)
class DecisionColumns:
    """Decisions of one symbol in the order they were made; every array has shape (n,).

    `decided_ms` is the UTC moment at which the answer was there, `side` 1 or -1, `stop` and
    `target` prices in USDT, NaN for none.
    """

    decided_ms: Integers
    side: Sides
    stop: Floats
    target: Floats

    def __post_init__(self) -> None:
        lengths = {len(getattr(self, name)) for name in ("decided_ms", "side", "stop", "target")}
        require(len(lengths) == 1, f"decisions with columns of {sorted(lengths)} rows; one length")
        require(
            bool((np.diff(self.decided_ms) >= 0).all()),
            "decisions are not in the order they were made; sort them by their time",
        )
        require(
            bool(np.isin(self.side, (1, -1)).all()), "a decision's side is 1 (long) or -1 (short)"
        )


@dataclass(frozen=True, slots=True)
class Decisions:
    """Recorded decisions by symbol.

    A decision acts at the first open at or after its moment, so candles of one minute show best
    what it was worth. `grace_ms` lets one that came so shortly after an open act at it all the
    same: it then pays a price of that much earlier. Of several before one open the last counts.
    """

    by_symbol: Mapping[str, DecisionColumns] = field(default_factory=dict)
    grace_ms: int = 0

    def __post_init__(self) -> None:
        require(self.grace_ms >= 0, f"grace_ms is {self.grace_ms}; it must be at least 0")

    @property
    def warm_up_bars(self) -> int:
        """What was decided needs no history."""
        return 1

    def signals(self, bars: BarSeries) -> Signals:
        """The decisions at the bars before the opens they act at, with their levels."""
        made = self.by_symbol.get(bars.symbol)
        if made is None:
            return Signals.none(bars.symbol, len(bars))
        place = _places(bars, made, self.grace_ms)
        found = place != _MISSING
        return Signals(
            bars.symbol,
            _spread(made.side, place, found, np.zeros(len(bars), np.int8)),
            stop=_spread(made.stop, place, found, np.full(len(bars), np.nan)),
            target=_spread(made.target, place, found, np.full(len(bars), np.nan)),
        )

    def without_bar(self, bars: BarSeries) -> int:
        """How many decisions cannot be traded: before or after the candles, or in a gap."""
        made = self.by_symbol.get(bars.symbol)
        return 0 if made is None else int((_places(bars, made, self.grace_ms) == _MISSING).sum())

    def waits_ms(self, bars: BarSeries) -> Integers:
        """From each decision that is traded to the open it acts at; below 0 within the grace."""
        made = self.by_symbol.get(bars.symbol)
        if made is None:
            return np.empty(0, np.int64)
        place = _places(bars, made, self.grace_ms)
        found = place != _MISSING
        waits: Integers = bars.opened_ms[place[found] + 1] - made.decided_ms[found]
        return waits


@dataclass(frozen=True, slots=True)
class Timing:
    """When recorded decisions acted: `traded` of them `waited_seconds` late on average.

    The other `untraded` lie before or after the candles, or in a gap.
    """

    traded: int
    untraded: int
    waited_seconds: float


def timing_of(decisions: Decisions, series: Sequence[BarSeries]) -> Timing:
    """How the decisions meet the candles they are traded over."""
    untraded = sum(decisions.without_bar(bars) for bars in series)
    waits = np.concatenate([decisions.waits_ms(bars) for bars in series])
    waited = float(waits.mean()) / 1000 if len(waits) else 0.0
    return Timing(len(waits), untraded, waited)


def _places(bars: BarSeries, made: DecisionColumns, grace_ms: int) -> NDArray[np.intp]:
    """The bar at whose close each decision stands: the one before the open it acts at."""
    since = made.decided_ms - grace_ms
    opens = np.searchsorted(bars.opened_ms, since, side="left")
    acts = np.minimum(opens, max(len(bars) - 1, 0))
    if len(bars) == 0:
        return np.full(len(since), _MISSING)
    # An open that comes later than a candle's length stands behind a gap: the decision is stale.
    is_soon = bars.opened_ms[acts] - since < bars.interval_ms
    return np.where((opens > 0) & (opens < len(bars)) & is_soon, opens - 1, _MISSING)


def _spread(
    column: NDArray[Kind], place: NDArray[np.intp], found: NDArray[np.bool_], into: NDArray[Kind]
) -> NDArray[Kind]:
    into[place[found]] = column[found]
    return into

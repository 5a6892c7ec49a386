"""Does a rule look into the future? Later candles are poisoned; what it said must stand."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from enum import StrEnum

import numpy as np

from trading.backtest.bars import BarSeries, Floats
from trading.backtest.signals import Signals
from trading.checks import require

SignalRule = Callable[[BarSeries], Signals]
"""A strategy with its parameters bound: candles in, signals out."""

Columns = dict[str, Floats]


class Hostile(StrEnum):
    """What happens to the candles after the moment the rule is judged at."""

    CRASH = "crash"  # a fifth of the price, wild
    RALLY = "rally"  # five times the price, wild
    END = "end"  # there are no later candles


_PRICE_FACTORS = {Hostile.CRASH: 0.2, Hostile.RALLY: 5.0}
_WILDNESS = 0.1  # standard deviation of a hostile candle's move: 10 %
_VOLUME_FACTOR = 1000.0
_FEWEST_BARS = 8


@dataclass(frozen=True, slots=True)
class Peek:
    """A signal that changed although no candle up to its own did.

    `column` of `bar` was said at that bar's close; only candles after `after_bar` were replaced,
    and `bar` is not after it.
    """

    symbol: str
    bar: int
    opened_at: datetime
    column: str
    after_bar: int
    hostile: Hostile

    @property
    def sentence(self) -> str:
        """What was seen, for people."""
        return (
            f"{self.symbol}: `{self.column}` of the candle of {self.opened_at:%Y-%m-%d %H:%M} UTC "
            f"(bar {self.bar}) changed when only candles after bar {self.after_bar} did "
            f"({self.hostile.value})"
        )


@dataclass(frozen=True, slots=True)
class PoisonResult:
    """What the look-ahead test of one symbol found; `peeks` has at most one entry per trial."""

    symbol: str
    bars: int
    trials: int
    peeks: tuple[Peek, ...]
    is_repeatable: bool

    @property
    def is_clean(self) -> bool:
        """Whether the rule said the same twice and never knew a later candle."""
        return self.is_repeatable and not self.peeks


def poison(
    rule: SignalRule, bars: BarSeries, *, seed: int, cuts: int = 5, longest: int = 20_000
) -> PoisonResult:
    """What `rule` says about the past when the future is another one.

    At `cuts` bars drawn by `seed` the later candles crash, rally and end; every signal up to the
    cut must equal that of the untouched candles. Only the last `longest` candles are used. The
    rule runs 3 x `cuts` + 2 times. Errors of the rule come through: a rule that raises on valid
    candles is broken. The candles it gets are read-only.

    Raises:
        InvariantError: fewer than 8 candles, `cuts` below 1, or a rule that does not give one
            signal per candle.
    """
    require(cuts >= 1, f"{cuts} cuts asked for; the look-ahead test needs at least 1")
    require(
        len(bars) >= _FEWEST_BARS,
        f"{bars.symbol}: {len(bars)} candles; the look-ahead test needs {_FEWEST_BARS} or more",
    )
    honest = _frozen(_part(bars, max(0, len(bars) - longest), len(bars)))
    said = _said(rule, honest)
    is_repeatable = _first_difference(said, _said(rule, honest), len(honest)) is None
    trials = list(_trials(honest, seed, cuts))
    found = (_peek(rule, honest, said, trial) for trial in trials)
    peeks = tuple(peek for peek in found if peek)
    # A rule that rolls dice differs everywhere: that is its fault, not a look ahead.
    return PoisonResult(
        bars.symbol, len(honest), len(trials), peeks if is_repeatable else (), is_repeatable
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Trial:
    """Candles that are honest up to `after_bar` and `hostile` behind it."""

    after_bar: int
    hostile: Hostile
    bars: BarSeries


def _trials(bars: BarSeries, seed: int, cuts: int) -> Iterator[_Trial]:
    rng = np.random.default_rng(seed)
    # From the middle on, so that slow averages have warmed up and have something to say.
    first, last = len(bars) // 2, len(bars) - 2
    for cut in sorted(rng.integers(first, last, size=cuts, endpoint=True).tolist()):
        for hostile in Hostile:
            yield _Trial(cut, hostile, _frozen(_poisoned(bars, cut, hostile, rng)))


def _poisoned(bars: BarSeries, cut: int, hostile: Hostile, rng: np.random.Generator) -> BarSeries:
    if hostile is Hostile.END:
        return _part(bars, 0, cut + 1)
    later = len(bars) - cut - 1
    moves = np.exp(_WILDNESS * rng.standard_normal((3, later)))
    closes = bars.close[cut + 1 :] * _PRICE_FACTORS[hostile] * moves[0]
    opens = closes * moves[1]
    spread = np.maximum(moves[2], 1 / moves[2])
    return BarSeries(
        symbol=bars.symbol,
        interval=bars.interval,
        opened_ms=bars.opened_ms.copy(),
        open=_joined(bars.open, cut, opens),
        high=_joined(bars.high, cut, np.maximum(opens, closes) * spread),
        low=_joined(bars.low, cut, np.minimum(opens, closes) / spread),
        close=_joined(bars.close, cut, closes),
        volume=_joined(bars.volume, cut, bars.volume[cut + 1 :] * _VOLUME_FACTOR),
    )


def _joined(honest: Floats, cut: int, later: Floats) -> Floats:
    return np.concatenate([honest[: cut + 1], later])


def _part(bars: BarSeries, start: int, stop: int) -> BarSeries:
    columns = ("opened_ms", "open", "high", "low", "close", "volume")
    cut = {name: getattr(bars, name)[start:stop].copy() for name in columns}
    return BarSeries(symbol=bars.symbol, interval=bars.interval, **cut)


def _frozen(bars: BarSeries) -> BarSeries:
    for column in (bars.opened_ms, bars.open, bars.high, bars.low, bars.close, bars.volume):
        column.flags.writeable = False
    return bars


def _peek(rule: SignalRule, honest: BarSeries, said: Columns, trial: _Trial) -> Peek | None:
    found = _first_difference(said, _said(rule, trial.bars), trial.after_bar + 1)
    if found is None:
        return None
    bar, column = found
    opened_at = datetime.fromtimestamp(honest.opened_ms[bar] / 1000, UTC)
    return Peek(honest.symbol, bar, opened_at, column, trial.after_bar, trial.hostile)


def _said(rule: SignalRule, bars: BarSeries) -> Columns:
    """Every column of the signals, so that one added later is judged too; 0 where it is silent."""
    signals = rule(bars)
    named = {field.name: getattr(signals, field.name) for field in fields(signals)}
    # Made anew, since a rule may reuse its arrays; no price, side or size that is wished is 0.
    columns = {
        name: np.nan_to_num(column.astype(np.float64))
        for name, column in named.items()
        if isinstance(column, np.ndarray)
    }
    wrong = {name: len(column) for name, column in columns.items() if len(column) != len(bars)}
    require(
        not wrong,
        f"{bars.symbol}: {len(bars)} candles but signals of {wrong}; give one per candle",
    )
    return columns


def _first_difference(before: Columns, after: Columns, bars: int) -> tuple[int, str] | None:
    """The first bar below `bars` where the two differ, and in what; None where they agree."""
    silent = np.zeros(bars)  # a column that is not given says nothing anywhere
    first = []
    for name in sorted({*before, *after}):
        ours, theirs = before.get(name, silent)[:bars], after.get(name, silent)[:bars]
        first += [(int(bar), name) for bar in np.flatnonzero(ours != theirs)[:1]]
    return min(first, default=None)

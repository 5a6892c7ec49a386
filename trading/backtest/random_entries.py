"""Would chance have done as well? The strategy's own trades, entered at other times."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from trading.backtest.bars import BarSeries, Floats, Integers
from trading.backtest.many import Batch, run_many
from trading.backtest.ran import Ran
from trading.backtest.records import ExitReason, TradeColumns
from trading.backtest.signals import Signals
from trading.checks import require

_PRICES = ("stop", "target")
_FACTS = ("atr_fraction", "swing")

# Ended by a price or by a rule of time, which hold at any moment; the others end when they did.
_ENDS_ITSELF = (
    ExitReason.STOP,
    ExitReason.TARGET,
    ExitReason.TRAILING,
    ExitReason.BREAK_EVEN,
    ExitReason.TIME,
    ExitReason.LIQUIDATION,
)


@dataclass(frozen=True, slots=True, eq=False)
class RandomEntries:
    """Net profit of every random run; `net_usdt` has shape (n_runs,), ascending.

    `percentile` is the share of random runs the strategy beat, ties counted half (0..1); `trades`
    the mean number of trades of a random run, to be compared with the strategy's own.
    """

    net_usdt: Floats
    percentile: float
    trades: float


def enter_at_random(
    ran: Ran,
    *,
    seed: int,
    runs: int = 1000,
    threads: int = 1,
    progress: Callable[[int], None] | None = None,
) -> RandomEntries | None:
    """`runs` times the trades of a backtest at random times, and where the strategy stands.

    Each trade keeps its side, its size, the distances of its stop and target from the price, and
    its length where neither price nor time ended it; per symbol they are put into a random order
    with random pauses between them. So the number of entries, the mix of long and short and the
    costs are the strategy's own: what is left is its choice of moments (specification of the
    learning system, §4.5 B1). Trades without recorded signals keep their length instead of their
    prices. None where nothing was traded.
    """
    require(runs >= 1, f"{runs} random runs asked for; at least 1 is needed")
    plans = list(_plans(ran))
    if not plans:
        return None
    batches = (Batch(partial(_drawn, plans, seed, run), (ran.rules,)) for run in range(runs))
    summaries = run_many(ran.market, batches, threads=threads, progress=progress)
    nets: Floats = np.sort(summaries.final_equity - ran.backtest.initial_equity)
    own = float(ran.backtest.equity[-1]) - ran.backtest.initial_equity
    beaten = np.count_nonzero(nets < own) + 0.5 * np.count_nonzero(nets == own)
    return RandomEntries(nets, float(beaten) / runs, float(np.mean(summaries.trades)))


@dataclass(frozen=True, slots=True, eq=False)
class _Plan:
    """The trades of one symbol to be moved; every array has shape (n_trades,).

    `length` is in bars; `prices` are stop and target as multiples of the close, NaN: none.
    `facts` have shape (n_bars,): what a signal knew of the market stays with its moment.
    """

    bars: BarSeries
    side: NDArray[np.int8]
    length: Integers
    is_cut: NDArray[np.bool_]
    prices: dict[str, Floats] = field(default_factory=dict)
    size: Floats | None = None
    facts: dict[str, Floats] = field(default_factory=dict)


def _plans(ran: Ran) -> Iterator[_Plan]:
    by_symbol = {one.symbol: one for one in ran.signals}
    trades = ran.backtest.trades
    for place, bars in enumerate(ran.market.series):
        mine = np.flatnonzero(trades.symbol == place)
        if len(mine):
            yield _plan(bars, by_symbol.get(bars.symbol), trades, mine)


def _plan(
    bars: BarSeries, signals: Signals | None, trades: TradeColumns, mine: NDArray[np.intp]
) -> _Plan:
    entered = np.searchsorted(bars.opened_ms, trades.entry_ms[mine], side="right") - 1
    left = np.searchsorted(bars.opened_ms, trades.exit_ms[mine], side="left")
    plan = _Plan(
        bars=bars,
        side=trades.side[mine],
        length=np.maximum(1, left - entered).astype(np.int64),
        is_cut=~np.isin(trades.reason[mine], [reason.value for reason in _ENDS_ITSELF]),
    )
    if signals is None:
        # Its prices are not known: what they ended lasts as long as it did.
        return replace(plan, is_cut=np.ones(len(mine), dtype=np.bool_))
    return _with_signals(plan, signals, _said_at(signals, entered))


def _with_signals(plan: _Plan, signals: Signals, said: NDArray[np.intp]) -> _Plan:
    columns = {name: getattr(signals, name) for name in (*_PRICES, *_FACTS)}
    given = {name: column for name, column in columns.items() if column is not None}
    close = plan.bars.close[said]
    return replace(
        plan,
        prices={name: column[said] / close for name, column in given.items() if name in _PRICES},
        size=None if signals.size is None else signals.size[said],
        facts={name: column for name, column in given.items() if name in _FACTS},
    )


def _said_at(signals: Signals, entered: NDArray[np.intp]) -> NDArray[np.intp]:
    """The bars whose signals led to entries: the last wish before each (a limit may wait)."""
    wished = np.where(signals.side != 0, np.arange(len(signals.side)), 0)
    last: NDArray[np.intp] = np.maximum.accumulate(wished)
    return last[np.maximum(entered - 1, 0)]


def _drawn(plans: Sequence[_Plan], seed: int, run: int) -> list[Signals]:
    rng = np.random.default_rng((seed, run))
    return [_moved(plan, rng) for plan in plans]


def _moved(plan: _Plan, rng: np.random.Generator) -> Signals:
    order = rng.permutation(len(plan.side))
    length = plan.length[order]
    said = _starts(length, len(plan.bars), rng)
    side = np.zeros(len(plan.bars), dtype=np.int8)
    side[said] = plan.side[order]
    close = np.zeros(len(plan.bars), dtype=np.bool_)
    close[said] = True  # what a price has not ended yet makes room for the next
    ends = said + length
    close[ends[plan.is_cut[order] & (ends < len(plan.bars))]] = True
    columns = {
        name: _spread(ratio[order] * plan.bars.close[said], said, len(plan.bars))
        for name, ratio in plan.prices.items()
    }
    if plan.size is not None:
        columns["size"] = _spread(plan.size[order], said, len(plan.bars))
    return Signals(plan.bars.symbol, side, close=close, **columns, **plan.facts)


def _starts(length: Integers, bars: int, rng: np.random.Generator) -> Integers:
    """The bars of the wishes: one trade begins when the one before is over, or later."""
    free = max(0, bars - 1 - int(length.sum()))
    pauses = np.sort(rng.integers(0, free, size=len(length), endpoint=True))
    starts: Integers = pauses + np.cumsum(length) - length
    return np.minimum(starts, bars - 1)


def _spread(values: Floats, places: Integers, bars: int) -> Floats:
    column = np.full(bars, np.nan)
    column[places] = values
    return column

"""What is measured: one run, a sweep, a portfolio, everything switched on, a rule in Python."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from functools import partial
from itertools import product

import numpy as np

from cli.bench.backtest.made_up import one_symbol, ten_symbols
from trading.backtest.account_rules import AccountRules, Protections
from trading.backtest.averages import crosses
from trading.backtest.bar_view import Bar
from trading.backtest.bars import BarSeries
from trading.backtest.exit_rules import ExitRules, PartialExit
from trading.backtest.many import Batch, run_many
from trading.backtest.market import Filters, Funding, Market
from trading.backtest.on_bar import run_on_bar
from trading.backtest.order import Order
from trading.backtest.rules import CostRules, Rules, Sizing
from trading.backtest.run import run
from trading.backtest.signals import Signals
from trading.backtest.summaries import Summaries, summary_of

_FAST, _SLOW = 20, 50
_FASTS, _SLOWS = range(4, 41, 4), range(50, 141, 10)
_STOPS, _TARGETS = (0.005, 0.01, 0.015, 0.02, 0.03), (0.02, 0.04)
_EQUITY = 100_000_000.0
_DAY_MS = 86_400_000


class Work(StrEnum):
    """The works; W1 to W3 are those of the rivals."""

    SINGLE = "W1"
    SWEEP = "W2"
    PORTFOLIO = "W3"
    EVERYTHING = "everything"
    ON_BAR = "on_bar"


@dataclass(frozen=True, slots=True)
class Prepared:
    """A work ready to be timed; `do` gives the figures of its runs."""

    do: Callable[[], Summaries]
    bars: int
    symbols: int = 1
    combinations: int = 1


def prepare(work: Work, *, bars: int, combinations: int, threads: int) -> Prepared:
    """Make the data of `work`, which is not timed. `bars` cuts it, 0 takes all."""
    match work:
        case Work.SINGLE:
            return _single(_market(bars), simple_rules())
        case Work.EVERYTHING:
            return _single(_full_market(bars), _everything())
        case Work.SWEEP:
            return _sweep(_market(bars), combinations, threads)
        case Work.PORTFOLIO:
            return _portfolio(bars)
        case Work.ON_BAR:
            return _on_bar(_market(bars))


def simple_rules(
    stop: float = 0.01, target: float = 0.02, *, max_open_positions: int | None = None
) -> Rules:
    """5 % of the equity a trade, taker 0.055 %, no slippage."""
    return Rules(
        sizing=Sizing(equity_fraction=0.05),
        exits=ExitRules(stop_fraction=stop, target=target),
        costs=CostRules(0.00055, 0.00055, 0.0, 0.0),
        account=AccountRules(initial_equity_usdt=_EQUITY, max_open_positions=max_open_positions),
    )


def combinations_of(count: int) -> list[tuple[tuple[int, int], list[tuple[float, float]]]]:
    """The first averages of the grid with their ten exits each, `count` runs in all."""
    pairs = list(product(_FASTS, _SLOWS))
    exits = list(product(_STOPS, _TARGETS))
    return [(pair, exits) for pair in pairs[: max(1, count // len(exits))]]


def _market(bars: int) -> Market:
    market = Market((one_symbol(bars) if bars else one_symbol(),))
    _ = market.candles, market.at_ms
    return market


def _signals(series: BarSeries, fast: int = _FAST, slow: int = _SLOW) -> Signals:
    return Signals(series.symbol, crosses(series.close, fast, slow))


def _single(market: Market, rules: Rules) -> Prepared:
    def do() -> Summaries:
        return summary_of(run(market, [_signals(market.series[0])], rules))

    return Prepared(do, len(market))


def _sweep(market: Market, count: int, threads: int) -> Prepared:
    series, grid = market.series[0], combinations_of(count)

    def make(pair: tuple[int, int]) -> list[Signals]:
        return [_signals(series, *pair)]

    def batches() -> Iterable[Batch]:
        for pair, exits in grid:
            yield Batch(partial(make, pair), [simple_rules(*one) for one in exits])

    runs = sum(len(exits) for _, exits in grid)
    return Prepared(
        lambda: run_many(market, batches(), threads=threads), len(market), combinations=runs
    )


def _portfolio(bars: int) -> Prepared:
    market = Market(ten_symbols(bars) if bars else ten_symbols())
    _ = market.candles, market.at_ms, market.places
    rules = simple_rules(max_open_positions=3)

    def do() -> Summaries:
        return summary_of(run(market, [_signals(one) for one in market.series], rules))

    return Prepared(do, len(market), symbols=len(market.series))


def _full_market(bars: int) -> Market:
    """The same candles with filters, and funding every eight hours."""
    bare = _market(bars)
    at_ms = np.arange(bare.opened_ms[0], bare.at_ms[-1], _DAY_MS // 3)
    market = Market(
        bare.series,
        {"X": Filters(0.0001, 0.001, 0.001, minimum_notional_usdt=5.0)},
        {"X": Funding(at_ms, np.full(len(at_ms), 0.0001))},
    )
    _ = market.candles, market.at_ms
    return market


def _everything() -> Rules:
    """Every rule there is, the limits out of reach so that the trading goes on."""
    return Rules(
        sizing=Sizing(equity_fraction=0.05),
        exits=ExitRules(
            stop_fraction=0.01,
            target=0.02,
            trailing_distance=0.008,
            trailing_from=0.012,
            break_even_at=0.006,
            partials=(PartialExit(0.007, 0.25), PartialExit(0.014, 0.25)),
            held_at_most=timedelta(hours=4),
        ),
        costs=CostRules(),
        account=AccountRules(
            initial_equity_usdt=_EQUITY,
            leverage=5.0,
            max_open_positions=3,
            max_symbol_exposure_fraction=1.0,
            max_total_exposure_fraction=2.0,
            max_entries_per_day=1_000,
            max_daily_loss_fraction=0.9,
            max_drawdown_fraction=0.999,
            protections=Protections(
                cooldown_after_stop=timedelta(minutes=2),
                stop_guard_stops=1_000,
                losing_symbol_trades=1_000,
                max_symbol_loss_fraction=0.9,
            ),
        ),
    )


class Silent:
    """A rule that looks at the close and never trades: what is left is the engine's cost."""

    def on_bar(self, bar: Bar) -> Order | None:
        """Nothing, for any bar."""
        return None


def _on_bar(market: Market) -> Prepared:
    rules, rule = simple_rules(), {"X": Silent()}
    return Prepared(lambda: summary_of(run_on_bar(market, rule, rules)), len(market))

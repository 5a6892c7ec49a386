"""The report of a backtest: what was asked, what came out, and how far to believe it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from trading.backtest import badges
from trading.backtest.asked import Asked
from trading.backtest.assumptions import assumptions
from trading.backtest.badges import Badge
from trading.backtest.baselines import Baselines, compare
from trading.backtest.inside_bars import Inside, inside
from trading.backtest.market import Market
from trading.backtest.poison import PoisonResult
from trading.backtest.ran import Ran
from trading.backtest.random_entries import RandomEntries
from trading.backtest.records import Backtest, ExitReason
from trading.backtest.slippage import slippage_figures
from trading.backtest.stopped import stopped_at
from trading.backtest.surface import Surface
from trading.metrics.daily import daily_equity
from trading.metrics.drawdowns import Drawdown, find_drawdowns
from trading.metrics.figures import Figure
from trading.metrics.groups import Grouping, GroupRow, group_trades
from trading.metrics.monte_carlo import MonteCarlo, simulate
from trading.metrics.months import MonthReturn, month_returns
from trading.metrics.summary import Metrics, measure

__all__ = ["Asked", "Bounds", "Evidence", "Report", "make_report"]

DEEPEST_DRAWDOWNS = 10
_DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was tried beside the run itself: look-ahead tests, random entries, a sweep.

    `blind` is given where the strategy cannot be tested because it is never shown a later candle,
    and is the sentence that says so. `surface` are the scores of a sweep over two parameters.
    """

    poisons: tuple[PoisonResult, ...] = ()
    chance: RandomEntries | None = None
    blind: str = ""
    surface: Surface | None = None


@dataclass(frozen=True, slots=True)
class Bounds:
    """Net profit in USDT with the stop first inside a candle, and with the target first."""

    stop_first_usdt: float
    target_first_usdt: float


@dataclass(frozen=True, slots=True, eq=False)
class Report:
    """All there is to say about one run.

    `slippage` are figures that the rules tell and the trades alone do not. `inside` are the finer
    candles that were looked at; `bounds` is None where only one order inside a bar was tried.
    """

    asked: Asked
    ran: Ran
    metrics: Metrics
    slippage: Mapping[str, Figure]
    groups: Mapping[Grouping, tuple[GroupRow, ...]]
    months: tuple[MonthReturn, ...]
    drawdowns: tuple[Drawdown, ...]
    baselines: Baselines
    monte_carlo: MonteCarlo | None
    inside: tuple[Inside, ...]
    bounds: Bounds | None
    assumptions: tuple[str, ...]
    badges: tuple[Badge, ...]
    surface: Surface | None = None

    def figures(self) -> dict[str, Figure]:
        """Every figure of the run by its name."""
        return {**self.metrics.figures(), **self.slippage}


def make_report(asked: Asked, ran: Ran, evidence: Evidence, *, draws: int = 2000) -> Report:
    """The report of `ran`; equal inputs give equal reports.

    `draws` is the number of resampled histories behind each interval and behind the Monte Carlo
    fan; the seed is `asked.seed`.
    """
    backtest = ran.backtest
    metrics = measure(backtest, seed=asked.seed, draws=draws, trials=asked.trials)
    daily = daily_equity(backtest.at_ms, backtest.equity, initial_equity=backtest.initial_equity)
    falls = find_drawdowns(backtest.at_ms, backtest.equity, initial_equity=backtest.initial_equity)
    bounds = _bounds(ran)
    return Report(
        asked=asked,
        ran=ran,
        metrics=metrics,
        slippage=slippage_figures(ran),
        groups={by: group_trades(backtest, by, reasons=ExitReason) for by in Grouping},
        months=month_returns(daily),
        drawdowns=falls.deepest(DEEPEST_DRAWDOWNS),
        baselines=compare(ran, evidence.chance),
        monte_carlo=simulate(daily, seed=asked.seed, paths=draws),
        inside=inside(ran.market),
        bounds=bounds,
        assumptions=assumptions(ran.market, ran.rules),
        badges=_badges(asked, ran, evidence, metrics, bounds),
        surface=evidence.surface,
    )


def _bounds(ran: Ran) -> Bounds | None:
    if ran.target_first is None:
        return None
    initial = ran.backtest.initial_equity
    return Bounds(
        float(ran.backtest.equity[-1]) - initial, float(ran.target_first.equity[-1]) - initial
    )


def _badges(
    asked: Asked,
    ran: Ran,
    evidence: Evidence,
    metrics: Metrics,
    bounds: Bounds | None,
) -> tuple[Badge, ...]:
    trades, stopped = ran.backtest.trades, stopped_at(ran)
    nets = (bounds.stop_first_usdt, bounds.target_first_usdt) if bounds else None
    return (
        badges.look_ahead(evidence.poisons, evidence.blind),
        badges.gaps(ran.market.series),
        badges.contamination(asked.decisions, asked.contaminated),
        *badges.timing(asked.timing),
        badges.sample_size(
            len(trades),
            _days(ran.backtest, stopped),
            metrics.min_track_record_days.value,
            stopped=stopped,
        ),
        badges.ambiguity(
            int(np.count_nonzero(trades.is_ambiguous)),
            len(trades),
            nets,
            looked_into=_lengths(ran.market),
        ),
        badges.overfitting(asked.tried, metrics.psr.value, metrics.dsr.value),
    )


def _days(backtest: Backtest, stopped: datetime | None) -> int:
    """UTC days with a bar, up to the moment at which entries were stopped for good."""
    at_ms = backtest.at_ms
    if stopped is not None:
        at_ms = at_ms[at_ms <= round(stopped.timestamp() * 1000)]
    return len(np.unique((at_ms - 1) // _DAY_MS))


def _lengths(market: Market) -> str:
    """The lengths of the finer candles, which may differ by symbol."""
    return " or ".join(dict.fromkeys(one.interval.value for one in market.finer.values()))

"""The report of a backtest: what was asked, what came out, and how far to believe it."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from trading.backtest import badges
from trading.backtest.asked import Asked
from trading.backtest.assumptions import assumptions
from trading.backtest.badges import Badge
from trading.backtest.baselines import Baselines, compare
from trading.backtest.poison import PoisonResult
from trading.backtest.ran import Ran
from trading.backtest.random_entries import RandomEntries
from trading.backtest.records import ExitReason
from trading.backtest.surface import Surface
from trading.metrics.daily import daily_equity
from trading.metrics.drawdowns import Drawdown, find_drawdowns
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
    """All there is to say about one run; `bounds` is None where only one order was tried."""

    asked: Asked
    ran: Ran
    metrics: Metrics
    groups: Mapping[Grouping, tuple[GroupRow, ...]]
    months: tuple[MonthReturn, ...]
    drawdowns: tuple[Drawdown, ...]
    baselines: Baselines
    monte_carlo: MonteCarlo | None
    bounds: Bounds | None
    assumptions: tuple[str, ...]
    badges: tuple[Badge, ...]
    surface: Surface | None = None


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
        groups={by: group_trades(backtest, by, reasons=ExitReason) for by in Grouping},
        months=month_returns(daily),
        drawdowns=falls.deepest(DEEPEST_DRAWDOWNS),
        baselines=compare(ran, evidence.chance),
        monte_carlo=simulate(daily, seed=asked.seed, paths=draws),
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
    trades = ran.backtest.trades
    days = len(np.unique((ran.backtest.at_ms - 1) // _DAY_MS))
    nets = (bounds.stop_first_usdt, bounds.target_first_usdt) if bounds else None
    return (
        badges.look_ahead(evidence.poisons, evidence.blind),
        badges.gaps(ran.market.series),
        badges.contamination(asked.decisions, asked.contaminated),
        badges.sample_size(len(trades), days, metrics.min_track_record_days.value),
        badges.ambiguity(int(np.count_nonzero(trades.is_ambiguous)), len(trades), nets),
        badges.overfitting(asked.tried, metrics.psr.value, metrics.dsr.value),
    )

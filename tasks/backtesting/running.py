"""One backtest from its signals to its report."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from tasks.backtesting.case import Case
from tasks.backtesting.questions import RULE
from trading.backtest.bars import BarSeries
from trading.backtest.exit_rules import InsideBar
from trading.backtest.market import Market
from trading.backtest.poison import PoisonResult, poison
from trading.backtest.ran import Ran
from trading.backtest.random_entries import enter_at_random
from trading.backtest.records import Backtest
from trading.backtest.report import Asked, Evidence, Report, make_report
from trading.backtest.rules import Rules
from trading.backtest.run import run
from trading.backtest.signals import Signals
from trading.backtest.strategies.decisions import timing_of
from trading.backtest.surface import Surface
from trading.metrics.sharpe import Trials


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is computed beside the run itself.

    `draws` are the resampled histories behind each interval, `cuts` the moments at which the
    look-ahead test poisons what follows; no random runs and no cuts leave those out.
    """

    draws: int = 2000
    random_runs: int = 1000
    cuts: int = 5
    threads: int = 1


QUICK = Effort(draws=100, random_runs=0, cuts=0)
"""A first look: rough intervals, no random entries, no look-ahead test."""


def run_case(case: Case) -> Ran:
    """The run of a case and, beside it, the same with the target first inside a bar.

    Raises:
        MisconfiguredError: a parameter or rule is not allowed.
        BrokenRuleError: the user's rule failed.
    """
    if case.source.is_bar_by_bar:
        return _run_bar_by_bar(case)
    strategy = case.source.build(case.question.parameters)
    signals = tuple(strategy.signals(series) for series in case.market.series)
    return run_signals(case.market, signals, case.rules)


def run_signals(market: Market, signals: tuple[Signals, ...], rules: Rules) -> Ran:
    """The run of given signals, and the better bound where any trade was ambiguous."""
    backtest = run(market, signals, rules)
    other = run(market, signals, _target_first(rules)) if _is_ambiguous(backtest) else backtest
    return Ran(market, signals, rules, backtest, other)


def judge(
    case: Case,
    ran: Ran,
    effort: Effort,
    *,
    trials: Trials | None = None,
    surface: Surface | None = None,
) -> Report:
    """Metrics with their intervals, baselines, and how far all of it may be believed.

    `trials` are the combinations among which this one was the best, None where it was the only,
    and `surface` their scores.
    """
    seed = case.question.seed
    chance = None
    if effort.random_runs:
        chance = enter_at_random(ran, seed=seed, runs=effort.random_runs, threads=effort.threads)
    evidence = Evidence(poisoned(case, effort), chance, _blind(case), surface)
    return make_report(_asked(case, trials), ran, evidence, draws=effort.draws)


def poisoned(case: Case, effort: Effort) -> tuple[PoisonResult, ...]:
    """The look-ahead test of the strategy on each symbol; none where it cannot look ahead."""
    if _blind(case) or not effort.cuts:
        return ()
    rule: Callable[[BarSeries], Signals] = case.source.build(case.question.parameters).signals
    return tuple(
        poison(rule, series, seed=case.question.seed, cuts=effort.cuts)
        for series in case.market.series
    )


def _blind(case: Case) -> str:
    """Why the strategy cannot look ahead; empty where it has to be tested."""
    if case.source.is_bar_by_bar:
        return "The strategy is asked bar by bar and never shown a later candle."
    if case.source.recorded is not None:
        return "The decisions were stored at the time and are only traded again."
    return ""


def _asked(case: Case, trials: Trials | None) -> Asked:
    question, market, recorded = case.question, case.market, case.source.recorded
    return Asked(
        strategy=question.strategy,
        parameters=(
            *question.parameters.items(),
            *((f"{RULE}{name}", str(value)) for name, value in question.rules.items()),
        ),
        symbols=market.symbols,
        interval=question.interval,
        since=_moment(int(market.opened_ms[0])),
        until=_moment(int(market.at_ms[-1])),
        data_hash=case.loaded.data_hash,
        code_version=case.code_version,
        seed=question.seed,
        trials=trials,
        decisions=None if recorded is None else recorded.count,
        contaminated=0 if recorded is None else recorded.contaminated,
        timing=None if recorded is None else timing_of(recorded.strategy, market.series),
    )


def _run_bar_by_bar(case: Case) -> Ran:
    asked, market, rules = (
        case.source.bar_by_bar(case.question.parameters),
        case.market,
        case.rules,
    )
    backtest = asked.run(market, rules)
    other = asked.run(market, _target_first(rules)) if _is_ambiguous(backtest) else backtest
    return Ran(market, (), rules, backtest, other)


def _target_first(rules: Rules) -> Rules:
    return replace(rules, exits=replace(rules.exits, inside_bar=InsideBar.TARGET_FIRST))


def _is_ambiguous(backtest: Backtest) -> bool:
    # Where stop and target never lay in one bar, both orders are the same run.
    return bool(backtest.trades.is_ambiguous.any())


def _moment(at_ms: int) -> datetime:
    return datetime.fromtimestamp(at_ms / 1000, UTC)

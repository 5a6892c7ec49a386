"""Many combinations over one market: signals are made once, traded under every set of rules."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

import numpy as np

from tasks.backtesting.case import Case
from tasks.backtesting.part_results import PartResult
from tasks.backtesting.plans import Numbers
from tasks.backtesting.questions import SweepQuestion, split
from tasks.backtesting.scoring import judged
from trading.backtest.many import Batch, run_many
from trading.backtest.market import Market
from trading.backtest.rules import Rules
from trading.backtest.signals import Signals
from trading.backtest.strategies.strategy import Strategy
from trading.errors import InvariantError

Progress: TypeAlias = Callable[[int], None]
"""Told how many more combinations are done."""

_Key: TypeAlias = tuple[tuple[str, str], ...]

_CHUNK = 1000
"""Combinations whose summaries are held at a time."""


def unheard(_count: int) -> None:
    """Progress that nobody watches."""


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """Where combinations are tried: what is asked of them, over the market of a case."""

    question: SweepQuestion
    case: Case

    @property
    def market(self) -> Market:
        """The candles that every combination trades."""
        return self.case.market

    def rules(self, more: Mapping[str, str]) -> Rules:
        """The trading rules of the question with those of a combination."""
        return self.case.question.choices(more).engine_rules(self.case.policy)

    def strategy(self, more: Mapping[str, str]) -> Strategy:
        """The strategy of the question with the parameters of a combination."""
        return self.case.source.build({**self.case.question.parameters, **more})


@dataclass(frozen=True, slots=True, eq=False)
class Tried:
    """Combinations that can be run, in the order in which their summaries come."""

    batches: tuple[Batch, ...]
    combinations: tuple[tuple[int, dict[str, str]], ...]
    initial_usdt: tuple[float, ...]
    refused: tuple[int, ...]


def try_part(
    ground: Ground, numbers: Numbers, *, threads: int = 1, progress: Progress = unheard
) -> PartResult:
    """What these combinations do; one that the strategy itself forbids counts as refused.

    Memory is that of a chunk of summaries, however many combinations there are.

    Raises:
        MisconfiguredError: a value is none that the strategy or a rule may have.
        BrokenRuleError: the user's rule failed.
    """
    done = PartResult()
    for first in range(0, len(numbers), _CHUNK):
        done = done.plus(_try_chunk(ground, numbers[first : first + _CHUNK], threads, progress))
    return done


def _try_chunk(ground: Ground, numbers: Numbers, threads: int, progress: Progress) -> PartResult:
    tried = _prepare(ground, numbers)
    progress(len(tried.refused))
    refused = PartResult(refused=len(tried.refused), scores=dict.fromkeys(tried.refused))
    if not tried.combinations:
        return refused
    summaries = run_many(
        ground.market, tried.batches, threads=threads, progress=_by_steps(progress)
    )
    ran = judged(summaries, tried.combinations, np.array(tried.initial_usdt), ground.question)
    return ran.plus(refused)


def _by_steps(progress: Progress) -> Progress:
    """Told how many are finished in all, tells how many more those are."""
    told = 0

    def tell(finished: int) -> None:
        nonlocal told
        progress(finished - told)
        told = finished

    return tell


@dataclass(frozen=True, slots=True)
class _Group:
    """Combinations that share their signals: number, words and trading rules of each."""

    strategy: Strategy
    runs: list[tuple[int, dict[str, str], Rules]]


def _prepare(ground: Ground, numbers: Numbers) -> Tried:
    """The combinations in groups that share their signals, the forbidden ones apart."""
    groups: dict[_Key, _Group] = {}
    known: dict[_Key, Rules] = {}
    refused = []
    grid = ground.question.grid()
    for number in map(int, numbers):
        combination = grid[number]
        ours, rules = split(combination)
        key, rule_key = tuple(ours.items()), tuple(rules.items())
        try:
            group = groups.get(key) or _Group(ground.strategy(ours), [])
            traded = known.get(rule_key) or ground.rules(rules)
        except InvariantError:
            refused.append(number)
            continue
        groups[key], known[rule_key] = group, traded
        group.runs.append((number, combination, traded))
    return _ordered(ground.market, list(groups.values()), tuple(refused))


def _ordered(market: Market, groups: Sequence[_Group], refused: tuple[int, ...]) -> Tried:
    runs = [run for group in groups for run in group.runs]
    return Tried(
        batches=tuple(_batch(market, group) for group in groups),
        combinations=tuple((number, combination) for number, combination, _ in runs),
        initial_usdt=tuple(rules.account.initial_equity_usdt for _, _, rules in runs),
        refused=refused,
    )


def _batch(market: Market, group: _Group) -> Batch:
    signals = partial(_signals, market, group.strategy)
    return Batch(signals, [rules for _, _, rules in group.runs])


def _signals(market: Market, strategy: Strategy) -> list[Signals]:
    return [strategy.signals(series) for series in market.series]

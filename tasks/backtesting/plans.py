"""Which combinations are tried next: all of a grid, some drawn at random, or a search."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import numpy as np

from tasks.backtesting.part_results import PartResult
from tasks.backtesting.questions import Pick, SweepQuestion
from tasks.backtesting.searching import Search
from trading.backtest.bars import Integers
from trading.backtest.grids import Grid, draw

Numbers: TypeAlias = range | Integers
"""Combinations of a grid; never a list of ten million Python numbers."""

MOST_PARTS = 200
SMALLEST_PART = 100


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """Combinations of a grid, by number, that are tried and kept together."""

    number: int
    combinations: Numbers


class Plan(Protocol):
    """What to try, given what is done. It keeps nothing itself, so any sweep can be resumed."""

    def next_parts(self, done: Mapping[int, PartResult]) -> Iterator[Part]:
        """Parts that may run at the same time; none when all is done."""
        ...


def plan_of(question: SweepQuestion, grid: Grid, *, at_once: int) -> Plan:
    """The plan of a sweep; a search asks for `at_once` parts before it learns from them."""
    count = question.combinations()
    match question.pick:
        case Pick.ALL:
            return Listed(range(count))
        case Pick.RANDOM:
            return Listed(draw(grid, count, np.random.default_rng(question.base.seed)))
        case Pick.SEARCH:
            return Searched(Search(grid, question.base.seed), count, at_once)


@dataclass(frozen=True, slots=True, eq=False)
class Listed:
    """A list that is known from the start, in parts of equal size."""

    numbers: Numbers

    def next_parts(self, done: Mapping[int, PartResult]) -> Iterator[Part]:
        """Every part that is not done."""
        size = max(SMALLEST_PART, -(-len(self.numbers) // MOST_PARTS))
        for number, first in enumerate(range(0, len(self.numbers), size)):
            if number not in done:
                yield Part(number, self.numbers[first : first + size])


@dataclass(frozen=True, slots=True)
class Searched:
    """A search for `count` combinations, in rounds that learn from all before."""

    search: Search
    count: int
    at_once: int

    def next_parts(self, done: Mapping[int, PartResult]) -> Iterator[Part]:
        """The next round, a part for each that runs at once."""
        scores = {number: score for part in done.values() for number, score in part.scores.items()}
        wanted = min(self.search.round_size, self.count - len(scores))
        numbers = self.search.ask(scores, wanted)
        first = max(done, default=-1) + 1
        for place in range(min(self.at_once, len(numbers))):
            yield Part(first + place, np.array(numbers[place :: self.at_once], np.int64))

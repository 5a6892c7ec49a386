"""Which combinations of parameters a sweep tries, counted before the first is run."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from math import prod
from typing import TypeAlias

import numpy as np

from trading.backtest.bars import Integers
from trading.errors import MisconfiguredError

MOST_COMBINATIONS = 10_000_000
"""A sweep of more says nothing that a search would not say sooner, and its best is luck."""

_MOST_VALUES = 1_000_000
_LARGEST = 2**62

Combination: TypeAlias = Mapping[str, str]
"""A value per parameter, as it would be typed."""


@dataclass(frozen=True, slots=True)
class Axis:
    """The values of one parameter, as they would be typed, in the order they are tried."""

    name: str
    values: tuple[str, ...]

    def __post_init__(self) -> None:
        if not self.values:
            message = f"parameter {self.name} has no value to try; give at least one"
            raise MisconfiguredError(message)
        if len(set(self.values)) < len(self.values):
            twice = next(value for value, count in Counter(self.values).items() if count > 1)
            message = f"parameter {self.name} names {twice} twice; name each value once"
            raise MisconfiguredError(message)


@dataclass(frozen=True, slots=True)
class Grid:
    """Every combination of the axes, numbered from 0; none is made before it is asked for."""

    axes: tuple[Axis, ...]

    def __post_init__(self) -> None:
        names = [axis.name for axis in self.axes]
        if not names:
            message = "the sweep has 0 combinations; name what to vary, such as --grid fast=5:40:5"
            raise MisconfiguredError(message)
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            message = f"parameter {twice[0]} has two grids; write its values in one"
            raise MisconfiguredError(message)
        if self.size > _LARGEST:
            message = f"the grid has {self.size:.0e} combinations, too many to be numbered"
            raise MisconfiguredError(message)

    @property
    def size(self) -> int:
        """How many combinations there are, 1 or more."""
        return prod(len(axis.values) for axis in self.axes)

    def __getitem__(self, number: int) -> dict[str, str]:
        """Combination `number`, 0 to size - 1; the last axis varies fastest."""
        places = self.places(number)
        return {
            axis.name: axis.values[place] for axis, place in zip(self.axes, places, strict=True)
        }

    def places(self, number: int) -> tuple[int, ...]:
        """Where combination `number` stands on each axis."""
        if not 0 <= number < self.size:
            message = f"combination {number} is not in a grid of {self.size}"
            raise IndexError(message)
        places = []
        for axis in reversed(self.axes):
            number, place = divmod(number, len(axis.values))
            places.append(place)
        return tuple(reversed(places))


# A sweep asks for its grid once per part, and an axis may have a million values.
@lru_cache(maxsize=64)
def parse_axis(text: str) -> Axis:
    """The axis of `fast=5:40:5` (from, to, step; both ends belong to it) or `fast=5,10,20`.

    Raises:
        MisconfiguredError: it is neither, or the step does not lead from one end to the other.
    """
    name, sign, values = (part.strip() for part in text.partition("="))
    if not (name and sign and values):
        message = f"{text!r} is no grid; write NAME=FROM:TO:STEP or NAME=VALUE,VALUE"
        raise MisconfiguredError(message)
    if ":" in values:
        return Axis(name, _range(text, values.split(":")))
    return Axis(name, tuple(part.strip() for part in values.split(",") if part.strip()))


def draw(grid: Grid, count: int, rng: np.random.Generator) -> Integers:
    """`count` different combinations by number, in random order, shape (count,).

    Memory grows with `count`, not with the grid.
    """
    if count >= grid.size:
        return rng.permutation(grid.size)
    if 2 * count > grid.size:
        return rng.permutation(grid.size)[:count]
    found = np.empty(0, dtype=np.int64)
    while len(found) < count:
        more = rng.integers(grid.size, size=count - len(found))
        found = np.unique(np.concatenate([found, more]))
    return rng.permutation(found)


def require_affordable(count: int) -> None:
    """Refuse a number of combinations that no sweep should try.

    Raises:
        MisconfiguredError: 0 or less, or more than MOST_COMBINATIONS.
    """
    if count < 1:
        message = f"the sweep has {count} combinations; it needs at least 1"
        raise MisconfiguredError(message)
    if count > MOST_COMBINATIONS:
        message = (
            f"the sweep has {count:,} combinations; at most {MOST_COMBINATIONS:,} are tried. Take "
            f"larger steps, draw some of them (--random 1000) or search (--search 300)"
        )
        raise MisconfiguredError(message)


def _range(text: str, ends: Sequence[str]) -> tuple[str, ...]:
    first, last, step = _numbers(text, ends)
    if step <= 0 or last < first:
        message = f"{text!r} leads nowhere; write FROM:TO:STEP with a step above 0 and TO >= FROM"
        raise MisconfiguredError(message)
    count = int((last - first) // step) + 1
    if count > _MOST_VALUES:
        message = f"{text!r} has {count:,} values; take a larger step"
        raise MisconfiguredError(message)
    # Decimal: in binary 0.1 + 0.1 + 0.1 is not 0.3, and a parameter would bear an odd name.
    return tuple(format(first + number * step, "f") for number in range(count))


def _numbers(text: str, ends: Sequence[str]) -> tuple[Decimal, Decimal, Decimal]:
    if len(ends) != 3:
        message = f"{text!r} has {len(ends)} parts; write NAME=FROM:TO:STEP, all three"
        raise MisconfiguredError(message)
    try:
        first, last, step = (Decimal(part.strip()) for part in ends)
    except InvalidOperation:
        message = f"{text!r} holds something that is no number; write NAME=FROM:TO:STEP"
        raise MisconfiguredError(message) from None
    if not (first.is_finite() and last.is_finite() and step.is_finite()):
        message = f"{text!r} holds a number that is not finite"
        raise MisconfiguredError(message)
    return first, last, step

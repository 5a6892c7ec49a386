"""The account's curve where it is not kept: measured while it is still in the fastest memory."""

from typing import Final

from trading.backtest.bars import Floats
from trading.backtest.compiled import inlined, inner, summing
from trading.backtest.kernel_values import Curve, World

STRETCH: Final = 8192
"""Bars of which the columns have room where the curve is not kept."""

_AT_ONCE = 64
"""Bars whose equities are compared at once."""


@inlined
def measure(world: World, first: int, end: int) -> None:
    """Add the bars from `first`, which stands first in the columns, to what is known."""
    curve, equity = world.curve[0], world.equity[: end - first]
    fall_further(equity, curve)
    curve.exposed += _total(world.exposure[: end - first])
    while curve.days < len(world.day_ends) and world.day_ends[curve.days] < end:
        world.day_equity[curve.days] = equity[world.day_ends[curve.days] - first]
        curve.days += 1


@inner
def fall_further(equity: Floats, curve: Curve) -> None:
    """Deepen the fall of `curve` by these equities, which follow those it knows."""
    highest, lowest, deepest = curve.highest, curve.lowest, curve.deepest
    for first in range(0, len(equity), _AT_ONCE):
        stretch = equity[first : first + _AT_ONCE]
        # Most neither rise above the one nor fall below the other: nothing is divided.
        if not leaves(stretch, lowest, highest):
            continue
        for worth in stretch:
            if worth > highest:
                highest = worth
                lowest = highest * (1 - deepest)
            elif worth < lowest:
                deepest, lowest = 1 - worth / highest, worth
    curve.highest, curve.lowest, curve.deepest = highest, lowest, deepest


@summing
def _total(exposure: Floats) -> float:
    total = 0.0
    for bar in range(len(exposure)):
        total += exposure[bar]
    return total


@inner
def leaves(equity: Floats, lowest: float, highest: float) -> bool:
    """Whether any lies outside; without an early end the compiler looks at many at once."""
    outside = 0
    for bar in range(len(equity)):
        outside |= (equity[bar] < lowest) | (equity[bar] > highest)
    return outside > 0

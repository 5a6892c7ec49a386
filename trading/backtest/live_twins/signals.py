"""Twin of the checks in `trading.signals.validate`: levels that make sense against the market."""

from typing import NamedTuple

from numba import njit

from trading.backtest.live_twins.codes import (
    PASSES,
    STOP_DISTANCE,
    STOP_SIDE,
    TARGET_DISTANCE,
)
from trading.backtest.live_twins.grids import price_down, price_up
from trading.backtest.live_twins.ties import at_least, at_most
from trading.signals import SignalRules


class LevelRules(NamedTuple):
    """`trading.signals.SignalRules`: distances in average true ranges."""

    minimum_stop_atr: float
    maximum_stop_atr: float
    maximum_target_atr: float


class QuoteNumbers(NamedTuple):
    """The prices of a moment that levels must lie outside of."""

    bid: float
    ask: float
    last: float
    mark: float


def level_rules(rules: SignalRules) -> LevelRules:
    """The distances of `rules` as numbers."""
    return LevelRules(
        float(rules.minimum_stop_atr),
        float(rules.maximum_stop_atr),
        float(rules.maximum_target_atr),
    )


@njit(cache=True, nogil=True)
def round_level(side: int, level: float, tick: float) -> float:
    """A level on the tick grid, down for a long and up for a short: rounding never flatters."""
    return price_down(level, tick) if side > 0 else price_up(level, tick)


@njit(cache=True, nogil=True)
def check_levels(
    side: int, stop: float, target: float, quotes: QuoteNumbers, atr: float, rules: LevelRules
) -> int:
    """0 if rounded levels lie around the market, at distances that an ATR above 0 allows."""
    lowest = min(quotes.bid, quotes.ask, quotes.last, quotes.mark)
    highest = max(quotes.bid, quotes.ask, quotes.last, quotes.mark)
    below, above = (stop, target) if side > 0 else (target, stop)
    if not (0 < below < lowest and highest < above):
        return STOP_SIDE
    if not atr > 0:
        return STOP_DISTANCE
    entry = quotes.ask if side > 0 else quotes.bid
    distance = abs(entry - stop) / atr
    if not (
        at_least(distance, rules.minimum_stop_atr) and at_most(distance, rules.maximum_stop_atr)
    ):
        return STOP_DISTANCE
    return (
        PASSES if at_most(abs(entry - target) / atr, rules.maximum_target_atr) else TARGET_DISTANCE
    )

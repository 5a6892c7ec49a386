"""Stops that follow a winning trade: to break-even, then behind the best price."""

import numpy as np

from trading.backtest.compiled import inner
from trading.backtest.kernel_values import Position, Terms
from trading.backtest.kernel_wake import break_even_price, gained, set_wake
from trading.backtest.live_twins.grids import price_down, price_to_tick, price_up
from trading.backtest.records import ExitReason

_BY_TRAILING = int(ExitReason.TRAILING)
_BY_BREAK_EVEN = int(ExitReason.BREAK_EVEN)


@inner
def move_stop(held: Position, terms: Terms, tick: float, favourable: float, close: float) -> bool:
    """Tighten the stop by the candle's best price; it acts from the next candle on.

    True if the close, which came last, already lies beyond the new stop: then it was hit in this
    candle for certain.
    """
    side = held.side
    held.best = max(held.best, favourable) if side > 0 else min(held.best, favourable)
    # A distance of NaN, a rule that is off, makes these comparisons false.
    if side * (held.best - gained(held, terms.break_even_at)) >= 0:
        _break_even(held, terms, tick)
    if side * (held.best - gained(held, terms.trailing_from)) >= 0:
        _trail(held, terms, tick)
    set_wake(held, terms, tick)
    return bool(side * (close - held.stop) <= 0)


@inner
def _break_even(held: Position, terms: Terms, tick: float) -> None:
    level = break_even_price(held, terms)
    if tick > 0:
        # Towards the gain: a tick the other way would lose part of the fees.
        level = price_up(level, tick) if held.side > 0 else price_down(level, tick)
    # A stop beyond the best price would sell where the market never was.
    if held.side * (held.best - level) > 0:
        _tighten(held, level, _BY_BREAK_EVEN)


@inner
def _trail(held: Position, terms: Terms, tick: float) -> None:
    distance = terms.trailing_distance * held.unit
    if np.isnan(distance):
        return
    level = held.best - held.side * distance
    if tick > 0:
        level = price_to_tick(held.best - held.side * max(distance, tick), tick)
    _tighten(held, level, _BY_TRAILING)


@inner
def _tighten(held: Position, level: float, reason: int) -> None:
    """Move the stop to `level` if that is nearer to the price, or the first one."""
    if np.isnan(held.stop) or held.side * (level - held.stop) > 0:
        held.stop, held.stop_reason = level, reason

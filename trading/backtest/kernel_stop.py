"""Stops that follow a winning trade: to break-even, then behind the best price."""

import numpy as np

from trading.backtest.compiled import inner
from trading.backtest.kernel_values import Position, Terms
from trading.backtest.kernel_wake import (
    break_even_price,
    gained,
    set_wake,
    tightens,
    trailing_stop,
)
from trading.backtest.live_twins.grids import price_down, price_up
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
    is_trailed = not np.isnan(terms.trailing_distance * held.unit)
    if is_trailed and side * (held.best - gained(held, terms.trailing_from)) >= 0:
        _tighten(held, trailing_stop(held, terms, tick), _BY_TRAILING)
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
def _tighten(held: Position, level: float, reason: int) -> None:
    if tightens(held, level):
        held.stop, held.stop_reason = level, reason

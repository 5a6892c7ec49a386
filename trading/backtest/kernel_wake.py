"""The two prices between which a candle cannot change a position: the loop's fast path."""

import numpy as np

from trading.backtest.compiled import inner
from trading.backtest.kernel_values import RESTING, Position, Terms
from trading.backtest.live_twins.grids import price_to_tick

_NOISE = 1e-9
"""In ticks: so near to the grid counts as on it."""


@inner
def set_wake(held: Position, terms: Terms, tick: float) -> None:
    """Set `lower` and `upper` so that whatever could happen lies at or beyond one of them."""
    if held.state == RESTING:
        adverse, favourable = traded_through(held, tick), held.side * np.inf
    else:
        adverse, favourable = nearest_adverse(held), _nearest_favourable(held, terms, tick)
    if held.side > 0:
        held.lower, held.upper = adverse, favourable
    else:
        held.lower, held.upper = favourable, adverse


@inner
def traded_through(held: Position, tick: float) -> float:
    """The price at which a resting limit fills: a tick beyond it, a touch is none."""
    if tick > 0:
        return held.price - held.side * tick * (1 - _NOISE)
    return float(np.nextafter(held.price, held.price - held.side))


@inner
def nearest_adverse(held: Position) -> float:
    """The stop or the liquidation price, whichever the market meets first."""
    # Written so that a stop of NaN leaves the liquidation price.
    return held.stop if held.side * (held.stop - held.liquidation) >= 0 else held.liquidation


@inner
def next_take(held: Position, terms: Terms) -> float:
    """The nearer of target and next partial exit; infinitely far where there is neither."""
    side = held.side
    level = side * np.inf if np.isnan(held.target) else held.target
    if held.next_partial < terms.partials:
        part = gained(held, terms.partial_gains[held.next_partial])
        level = part if side * part < side * level else level
    return level


@inner
def gained(held: Position, gain: float) -> float:
    """The price at which the position has gained `gain`."""
    return held.price + held.side * gain * held.unit


@inner
def break_even_price(held: Position, terms: Terms) -> float:
    """The exit that earns exactly the fees of both sides, as in `trading.trailing`."""
    fee = held.side * terms.costs.taker
    return held.price * (1 + fee) / (1 - fee)


@inner
def trailing_stop(held: Position, terms: Terms, tick: float) -> float:
    """The stop that trails the best price so far."""
    distance = terms.trailing_distance * held.unit
    if tick > 0:
        return price_to_tick(held.best - held.side * max(distance, tick), tick)
    return float(held.best - held.side * distance)


@inner
def _nearest_favourable(held: Position, terms: Terms, tick: float) -> float:
    """The next price at which something is taken or the stop may move."""
    side = held.side
    nearest = side * next_take(held, terms)
    if not np.isnan(terms.break_even_at):
        is_done = side * (held.stop - break_even_price(held, terms)) >= 0
        if not is_done:
            nearest = min(nearest, side * gained(held, terms.break_even_at))
    if not np.isnan(terms.trailing_distance):
        active_from = side * gained(held, terms.trailing_from)
        nearest = min(nearest, max(side * held.best, active_from))
        if side * held.best >= active_from and tightens(held, trailing_stop(held, terms, tick)):
            nearest = -np.inf  # from the fill on, which slippage may put where no candle comes
    return side * nearest


@inner
def tightens(held: Position, level: float) -> bool:
    """Whether a stop at `level` is nearer to the price than the one that stands, or the first."""
    return bool(np.isnan(held.stop) or held.side * (level - held.stop) > 0)

"""What happens inside a bar to one symbol: fills, gaps, stops, targets, moving stops.

The order of prices inside a candle is unknown. Known are its open, which comes first, and its
close, which comes last. Where finer candles fill the bar they are traded one after another; what
remains open is decided by `InsideBar` and counted as ambiguous.
"""

from trading.backtest.compiled import inlined, inner
from trading.backtest.kernel_exit import leave_by_market, leave_part, liquidate, slipped_exit
from trading.backtest.kernel_fill import fill
from trading.backtest.kernel_stop import move_stop
from trading.backtest.kernel_values import (
    FLAT,
    HELD,
    RESTING,
    Position,
    Slot,
    Span,
    Terms,
    World,
)
from trading.backtest.kernel_wake import nearest_adverse, next_take, traded_through
from trading.backtest.live_twins.costs import entry_fill
from trading.backtest.live_twins.grids import quantity_down
from trading.backtest.market import Candle

_, _TARGET_FIRST, _NEARER_FIRST = range(3)
"""The places in `exit_rules.INSIDE_BARS`."""


@inlined
def trade_bar(world: World, slot: Slot, symbol: int, bar: int) -> None:
    """Trade one bar of one symbol, by its finer candles where they fill it."""
    first = world.finer_first[bar, symbol] if len(world.finer_first) else -1
    if first < 0:
        opened_ms = world.opened_ms[bar]
        span = Span(bar, opened_ms, opened_ms + world.interval_ms)
        _trade_candle(slot, symbol, world.candles[bar, symbol], span)
        return
    per_bar = world.finer_per_bar[symbol]
    length_ms = world.interval_ms // per_bar
    for row in range(first, first + per_bar):
        if slot.held.state == FLAT:
            return
        finer = world.finer[row]
        span = Span(bar, finer.opened_ms, finer.opened_ms + length_ms)
        _trade_candle(slot, symbol, finer.candle, span)


@inner
def _trade_candle(slot: Slot, symbol: int, candle: Candle, span: Span) -> None:
    held = slot.held
    if held.state == RESTING:
        _fill_limit(slot, symbol, candle, span)
    if held.state == HELD and not held.is_fresh:
        _meet_open(slot, candle, span)
    if held.state != HELD:
        return
    favourable = _favourable(held, candle)
    _meet_levels(slot, candle, favourable, span)
    if held.state != HELD:
        return
    held.is_fresh = 0
    if move_stop(held, slot.terms, slot.filters.tick, favourable, candle.close):
        leave_by_market(slot, span.bar, span.closed_ms, held.stop, held.stop_reason)


@inner
def _fill_limit(slot: Slot, symbol: int, candle: Candle, span: Span) -> None:
    """Fill a resting limit that is traded through: at the open as taker, else at its price."""
    held, terms = slot.held, slot.terms
    side, through = held.side, traded_through(held, slot.filters.tick)
    if side * (candle.open - through) <= 0:
        slipped = entry_fill(side, candle.open, terms.costs)
        price = min(slipped, held.price) if side > 0 else max(slipped, held.price)
        fill(slot, symbol, span.bar, span.opened_ms, price, terms.costs.taker)
        return
    adverse = candle.low if side > 0 else candle.high
    if side * (adverse - through) <= 0:
        fill(slot, symbol, span.bar, span.closed_ms, held.price, terms.maker)
        held.is_fresh = 1


@inner
def _favourable(held: Position, candle: Candle) -> float:
    """The best price that surely came after the entry."""
    if not held.is_fresh:
        return candle.high if held.side > 0 else candle.low
    return max(held.price, candle.close) if held.side > 0 else min(held.price, candle.close)


@inner
def _meet_open(slot: Slot, candle: Candle, span: Span) -> None:
    """What the open alone decides: it comes before everything else in the candle."""
    held, price = slot.held, candle.open
    if held.side * (price - held.liquidation) <= 0:
        liquidate(slot, span.bar, span.opened_ms)
    elif held.side * (price - held.stop) <= 0:
        leave_by_market(slot, span.bar, span.opened_ms, price, held.stop_reason)
    elif held.side * (price - next_take(held, slot.terms)) >= 0:
        _take(slot, span, price, is_gap=True)


@inner
def _meet_levels(slot: Slot, candle: Candle, favourable: float, span: Span) -> None:
    """Stop, liquidation, partial exits and target, by the candle's extremes."""
    held, terms = slot.held, slot.terms
    side, level = held.side, nearest_adverse(held)
    adverse = candle.low if side > 0 else candle.high
    is_stopped = side * (adverse - level) <= 0
    is_taken = side * (favourable - next_take(held, terms)) >= 0
    if is_stopped and is_taken:
        slot.trade.is_ambiguous = 1
    if is_taken and (not is_stopped or _is_target_first(side, candle, terms)):
        _take(slot, span, favourable, is_gap=False)
    if not is_stopped or held.state != HELD:
        return
    if level == held.stop:
        leave_by_market(slot, span.bar, span.closed_ms, level, held.stop_reason)
    else:
        liquidate(slot, span.bar, span.closed_ms)


@inner
def _is_target_first(side: int, candle: Candle, terms: Terms) -> bool:
    """Whether the target is taken to come before the stop that lies in the same candle."""
    if terms.inside_bar != _NEARER_FIRST:
        return bool(terms.inside_bar == _TARGET_FIRST)
    up, down = candle.high - candle.open, candle.open - candle.low
    is_high_first = candle.close < candle.open if up == down else up < down
    return bool(is_high_first == (side > 0))


@inner
def _take(slot: Slot, span: Span, reached: float, is_gap: bool) -> None:
    """Leave what the target and the partial exits up to `reached` ask for."""
    held, terms = slot.held, slot.terms
    at_ms = span.opened_ms if is_gap else span.closed_ms
    while held.state == HELD:
        level = next_take(held, terms)
        if held.side * (reached - level) < 0:
            return
        quantity = _quantity_at(slot, level)
        price = reached if is_gap and not terms.gap_fills_at_target else level
        fee = terms.maker
        if not terms.target_is_maker:
            price = slipped_exit(held.side, price, terms, slot.filters)
            fee = terms.costs.taker
        if quantity > 0:
            leave_part(slot, span.bar, at_ms, quantity, price, fee)


@inner
def _quantity_at(slot: Slot, level: float) -> float:
    """What is left at `level`: all at the target, else the next part, on the step grid."""
    held, terms, filters = slot.held, slot.terms, slot.filters
    if level == held.target:
        return held.quantity
    quantity = min(terms.partial_portions[held.next_partial] * held.ordered, held.quantity)
    held.next_partial += 1
    if filters.step > 0:
        quantity = min(quantity_down(quantity, filters.step), held.quantity)
    # What the exchange would not take as an order of its own is not left behind.
    rest = held.quantity - quantity
    return held.quantity if rest < filters.minimum_quantity else quantity

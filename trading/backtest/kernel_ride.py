"""The bars in which nothing happens: most of them, so that their cost is the engine's cost."""

import numpy as np

from trading.backtest.bars import Floats
from trading.backtest.compiled import inlined, inner, signed, unsigned
from trading.backtest.kernel_book import mark
from trading.backtest.kernel_curve import leaves
from trading.backtest.kernel_values import Account, Terms, World
from trading.backtest.live_twins.codes import DAILY_LOSS, DRAWDOWN

_NEAR = 1e-9
"""Relative distance at which a brake is left to judge for itself."""


@inlined
def ride(world: World, first: int, end: int) -> int:
    """Mark the account, which holds one thing at most, until something can happen.

    Returns the first bar from `first` on, before `end`, at whose open something is due, whose
    candle reaches one of the prices the position waits for or is missing, or whose close a brake
    must judge; `end` if there is none. It leaves what the loop over all positions would leave, in
    loops so short that the compiler does several bars at once.
    """
    account = world.account[0]
    end = min(end, world.orders[account.next_order].bar)
    if account.active == 1:
        quiet = _ride_held(world, first, end)
    else:
        quiet = _until_alarm(world, first, _mark_flat(world, first, end))
    if quiet > first:
        account.equity = world.equity[quiet - 1 - world.curve[0].first]
    return quiet


@inlined
def _ride_held(world: World, first: int, end: int) -> int:
    symbol = world.active[0]
    held = world.positions[symbol]
    lowest, highest = held.lowest, held.highest
    reached = _first_reached(world, first, end)
    _mark_held(world, first, reached)
    quiet = _until_alarm(world, first, reached)
    if quiet < reached:
        # What comes after the alarm has not happened yet: seen again without it.
        held.lowest, held.highest = lowest, highest
        for bar in range(first, quiet):
            mark(held, world.candles[bar, symbol])
    elif quiet > first:
        held.mark = world.candles[quiet - 1, symbol].close
    return quiet


@inlined
def _until_alarm(world: World, first: int, end: int) -> int:
    """The first bar at whose close, already marked, a brake must judge, `end` if none."""
    if not world.terms[0].has_brakes:
        return end
    kept = world.curve[0].first
    account, terms = world.account[0], world.terms[0]
    return kept + first_alarm(world.equity, first - kept, end - kept, account, terms)


@inlined
def _mark_flat(world: World, first: int, end: int) -> int:
    """Write down an account that holds nothing, up to the first bar at which something is due."""
    due_ms, wallet = world.account[0].due_ms, world.account[0].wallet
    kept = unsigned(world.curve[0].first)
    for bar in range(unsigned(first), unsigned(end)):
        if world.opened_ms[bar] >= due_ms:
            return signed(bar)
        world.equity[bar - kept] = wallet
        world.exposure[bar - kept] = 0.0
    return end


@inlined
def _first_reached(world: World, first: int, end: int) -> int:
    """The first bar that is due or whose candle reaches what is waited for, else `end`.

    How far the price went in the bars before is noted on the way.
    """
    account, symbol = world.account[0], world.active[0]
    held = world.positions[symbol]
    due_ms, lower, upper = account.due_ms, held.lower, held.upper
    lowest, highest, reached = held.lowest, held.highest, end
    for bar in range(unsigned(first), unsigned(end)):
        candle = world.candles[bar, symbol]
        # Comparisons with NaN, no candle, are false: that bar is not for this loop.
        if world.opened_ms[bar] >= due_ms or not (candle.low > lower and candle.high < upper):
            reached = signed(bar)
            break
        lowest, highest = min(lowest, candle.low), max(highest, candle.high)
    held.lowest, held.highest = lowest, highest
    return reached


@inlined
def _mark_held(world: World, first: int, end: int) -> None:
    """Write down what the account is worth, and how much it holds, at the closes of these bars."""
    wallet, symbol = world.account[0].wallet, world.active[0]
    held = world.positions[symbol]
    kept = unsigned(world.curve[0].first)
    size, price = held.side * held.quantity, held.price
    for bar in range(unsigned(first), unsigned(end)):
        close = world.candles[bar, symbol].close
        worth = wallet + size * (close - price)
        world.equity[bar - kept] = worth
        world.exposure[bar - kept] = abs(size) * close / worth if worth > 0 else 0.0


@inner
def first_alarm(equity: Floats, first: int, end: int, account: Account, terms: Terms) -> int:
    """The first bar at whose close a brake may trip, else `end`; raises the high water."""
    highest, bar = account.high_water, first
    alarm = alarm_level(account, terms, highest)
    if not leaves(equity[first:end], alarm, highest):
        return end
    while bar < end and equity[bar] > alarm:
        if equity[bar] > highest:
            highest = equity[bar]
            alarm = alarm_level(account, terms, highest)
        bar += 1
    account.high_water = highest
    return bar


@inner
def alarm_level(account: Account, terms: Terms, highest: float) -> float:
    """The equity at or below which a brake may trip; minus infinity where none can."""
    if account.brake == DRAWDOWN:
        return -np.inf
    lowest = highest * (1 - terms.limits.max_drawdown_fraction)
    if account.brake != DAILY_LOSS:
        lowest = max(lowest, account.day_start * (1 - terms.limits.max_daily_loss_fraction))
    # A level below zero, of a limit that is off, is none: towards it is up.
    return lowest + _NEAR * abs(lowest)

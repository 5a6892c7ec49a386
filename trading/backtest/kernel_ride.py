"""The bars in which nothing happens: most of them, so that their cost is the engine's cost."""

import numpy as np

from trading.backtest.compiled import inlined, inner
from trading.backtest.kernel_values import Account, Terms, World
from trading.backtest.live_twins.codes import DRAWDOWN

_NEAR = 1e-9
"""Relative distance at which a brake is left to judge for itself."""


@inlined
def ride(world: World, first: int, end: int) -> int:
    """Mark the account, which holds one thing at most, until something can happen.

    Returns the first bar from `first` on, before `end`, at whose open something is due, whose
    candle reaches one of the prices the position waits for or whose close a brake must judge;
    `end` if there is none. It leaves what the loop over all positions would leave, with
    everything in registers.
    """
    account, terms, symbol = world.account[0], world.terms[0], 0
    lower, upper, signed, price, mark = -np.inf, np.inf, 0.0, 0.0, 0.0
    if account.active == 1:
        symbol = world.active[0]
        held = world.positions[symbol]
        lower, upper, price, mark = held.lower, held.upper, held.price, held.mark
        signed = held.side * held.quantity
    wallet, equity, due_ms = account.wallet, account.equity, account.due_ms
    highest = account.high_water if terms.has_brakes else np.inf
    alarm = alarm_level(account, terms, highest)
    bar, end = first, min(end, world.orders[account.next_order].bar)
    while bar < end and world.opened_ms[bar] < due_ms:
        candle = world.candles[bar, symbol]
        if candle.low <= lower or candle.high >= upper:
            break
        close = candle.close if candle.close > 0 else mark
        worth = wallet + signed * (close - price)
        if worth <= alarm:
            break
        if worth > highest:
            highest = worth
            alarm = alarm_level(account, terms, highest)
        mark, equity = close, worth
        world.equity[bar] = equity
        world.exposure[bar] = abs(signed) * mark / equity if equity > 0 else 0.0
        bar += 1
    if account.active == 1:
        world.positions[symbol].mark = mark
    if terms.has_brakes:
        account.high_water = highest
    account.equity = equity
    return bar


@inner
def alarm_level(account: Account, terms: Terms, highest: float) -> float:
    """The equity at or below which a brake may trip; minus infinity where none can."""
    if not terms.has_brakes or account.brake == DRAWDOWN:
        return -np.inf
    daily = account.day_start * (1 - terms.limits.max_daily_loss_fraction)
    lowest = highest * (1 - terms.limits.max_drawdown_fraction)
    return max(daily, lowest) * (1 + _NEAR)

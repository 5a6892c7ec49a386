"""The account of a backtest: what it is worth, what it has left, and its brakes."""

import numpy as np

from trading.backtest.compiled import inlined, inner
from trading.backtest.kernel_values import HELD, Account, Terms, World
from trading.backtest.live_twins.capacity import largest_group_exposure
from trading.backtest.live_twins.codes import DAILY_LOSS, DRAWDOWN, PASSES
from trading.backtest.live_twins.numbers import AccountNumbers
from trading.backtest.live_twins.ties import at_most
from trading.backtest.records import ExitReason

_BY_DAILY_LOSS = int(ExitReason.DAILY_LOSS)
_BY_DRAWDOWN = int(ExitReason.DRAWDOWN)
_DAY_MS = 86_400_000


@inlined
def settle_funding(world: World, bar: int) -> None:
    """Book every settlement up to the open of `bar` on what was held when it came."""
    account, opened_ms = world.account[0], world.opened_ms[bar]
    while world.settlements[account.next_funding].at_ms <= opened_ms:
        due = world.settlements[account.next_funding]
        account.next_funding += 1
        held = world.positions[due.symbol]
        if held.state != HELD:
            continue
        price = held.mark
        if due.at_ms == opened_ms:
            price = price_at_open(world, due.symbol, bar)
        received = -held.side * held.quantity * price * due.rate
        account.wallet += received
        world.trades[held.trade].funding += received


@inner
def begin_day(account: Account, opened_ms: int) -> None:
    """Count the day's loss and entries anew from 00:00 UTC on."""
    day = opened_ms // _DAY_MS
    if day == account.day:
        return
    account.day, account.day_start, account.entries_today = day, account.equity, 0
    if account.brake == DAILY_LOSS:
        account.brake = PASSES


@inner
def judge_brakes(account: Account, terms: Terms) -> None:
    """Stop entries when the equity at this close has fallen too far, and close if so ruled."""
    equity, limits = account.equity, terms.limits
    account.high_water = max(account.high_water, equity)
    daily = account.day_start * (1 - limits.max_daily_loss_fraction)
    lowest = account.high_water * (1 - limits.max_drawdown_fraction)
    if account.brake == DRAWDOWN:
        return
    reason = 0
    if equity < account.high_water and at_most(equity, lowest):
        account.brake, reason = DRAWDOWN, _BY_DRAWDOWN
    elif account.brake == PASSES and at_most(equity, daily):
        account.brake, reason = DAILY_LOSS, _BY_DAILY_LOSS
    if reason and terms.closes_on_brake:
        account.closing, account.due_ms = reason, 0


@inlined
def price_at_open(world: World, symbol: int, bar: int) -> float:
    """The open of `bar`, the last known price where the symbol has no candle."""
    price = world.candles[bar, symbol].open
    return price if price > 0 else world.positions[symbol].mark


@inlined
def account_at_open(world: World, symbol: int, bar: int) -> AccountNumbers:
    """The account as an entry of `symbol` at the open of `bar` finds it; orders count as held.

    Equity is marked at the opens. Free is what no margin binds; an unrealised loss is not free,
    an unrealised gain not either. A desk reads its balance once for all entries of a moment: what
    the first of them pays is not missing yet when the next is sized.
    """
    account = world.account[0]
    exposure, margin, equity = 0.0, 0.0, account.wallet
    for place in range(account.active):
        other = world.active[place]
        held = world.positions[other]
        price, amount = held.price, held.ordered
        if held.state == HELD:
            price, amount = price_at_open(world, other, bar), held.quantity
            equity += held.side * amount * (price - held.price)
        exposure += amount * price
        margin += amount * held.price / held.leverage
    wallet = account.wallet
    if world.terms[0].is_desk:
        if account.asked_ms != world.opened_ms[bar]:
            account.asked_ms = world.opened_ms[bar]
            account.asked_wallet, account.asked_equity = wallet, equity
        wallet, equity = account.asked_wallet, account.asked_equity
    free = min(wallet, equity) - margin
    grouped = _group_exposure(world, symbol, bar)
    return AccountNumbers(
        equity,
        free,
        account.day_start,
        account.high_water,
        account.active,
        account.entries_today,
        exposure,
        grouped,
        False,
    )


@inlined
def _group_exposure(world: World, symbol: int, bar: int) -> float:
    """The exposure of the fullest group of `symbol`; minus infinity: it is in none."""
    if len(world.groups) == 0:
        return -np.inf
    world.notionals[:] = 0.0
    for place in range(world.account[0].active):
        other = world.active[place]
        held = world.positions[other]
        amount, price = held.ordered, held.price
        if held.state == HELD:
            amount, price = held.quantity, price_at_open(world, other, bar)
        world.notionals[other] = amount * price
    return largest_group_exposure(symbol, world.groups, world.notionals)


@inlined
def next_due(world: World) -> int:
    """The next moment at which time alone does something: funding, midnight, an expiry."""
    account = world.account[0]
    if account.closing:
        return 0
    due = min((account.day + 1) * _DAY_MS, world.settlements[account.next_funding].at_ms)
    for place in range(account.active):
        due = min(due, world.positions[world.active[place]].until_ms)
    return due

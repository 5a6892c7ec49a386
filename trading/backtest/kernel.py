"""The event loop: every bar in the order of time, every symbol in the order of the market.

What happens in a bar, and in which order:

1. At the open, by time: funding that is due (price of the open, or the last close for what settled
   between two bars), a new day begins, a brake pulled at the last close closes what is held.
2. At the open, by signal: all exits in symbol order, then positions held long enough, then all
   entries in symbol order while the limits allow, the equity marked at this bar's opens.
3. Inside the bar, position by position (`kernel_candle`): resting limit orders fill; gaps at the
   open; liquidation, stop, partial exits and target; stops move.
4. At the close: everything is marked, equity and exposure are written, the brakes judge.

A signal of bar i is an order at the open of bar i + 1 and nothing reads a bar after the one that
is traded, so no result can depend on what comes later.
"""

from trading.backtest.compiled import entry, inlined
from trading.backtest.kernel_account import judge_brakes
from trading.backtest.kernel_book import drop, mark, row_of
from trading.backtest.kernel_candle import trade_bar
from trading.backtest.kernel_curve import measure
from trading.backtest.kernel_open import trade_open
from trading.backtest.kernel_ride import ride
from trading.backtest.kernel_values import FLAT, Slot, World


@entry
def advance(world: World, first: int, end: int) -> None:
    """Trade the bars `first` to `end` - 1 of the grid; the books remember where they stand.

    Two calls over two halves leave the same as one over the whole.
    """
    start, is_kept = first, len(world.day_ends) == 0
    while start < end:
        stop = min(start + len(world.equity), end)
        if not is_kept:
            world.curve[0].first = start
        _trade_bars(world, start, stop)
        if not is_kept:
            measure(world, start, stop)
        start = stop


@inlined
def _trade_bars(world: World, first: int, end: int) -> None:
    account, bar = world.account[0], first
    while bar < end:
        if account.active <= 1:
            bar = ride(world, bar, end)
        if bar < end:
            _trade_moment(world, bar)
        bar += 1


@inlined
def _trade_moment(world: World, bar: int) -> None:
    """Trade the bar `bar` of all symbols, mark what is held and write down what it is worth."""
    account, terms = world.account[0], world.terms[0]
    if world.opened_ms[bar] >= account.due_ms or world.orders[account.next_order].bar == bar:
        trade_open(world, bar)
    unrealised, notional, place = 0.0, 0.0, 0
    while place < account.active:
        symbol = world.active[place]
        held, candle = world.positions[symbol], world.candles[bar, symbol]
        if candle.low <= held.lower or candle.high >= held.upper:
            trade = world.trades[row_of(account, held)]
            slot = Slot(account, held, trade, terms, world.filters[symbol])
            trade_bar(world, slot, symbol, bar)
            if held.state == FLAT:
                drop(world, place)
                continue  # the next one has moved to this place
        mark(held, candle)
        notional += held.quantity * held.mark
        unrealised += held.side * held.quantity * (held.mark - held.price)
        place += 1
    equity = account.wallet + unrealised
    account.equity = equity
    row = bar - world.curve[0].first
    world.equity[row] = equity
    world.exposure[row] = notional / equity if equity > 0 else 0.0
    if terms.has_brakes:
        judge_brakes(account, terms)

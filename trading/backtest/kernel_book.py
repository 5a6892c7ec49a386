"""The books: which symbols are active, in which rows, and which trades have ended."""

from trading.backtest.compiled import inlined, inner
from trading.backtest.kernel_values import FLAT, HELD, Account, Position, World
from trading.backtest.market import Candle
from trading.backtest.records import ExitReason

_STOPS = (
    int(ExitReason.STOP),
    int(ExitReason.TRAILING),
    int(ExitReason.BREAK_EVEN),
    int(ExitReason.LIQUIDATION),
)


@inner
def row_of(account: Account, held: Position) -> int:
    """The row of the symbol's trade; the next free one until something is held."""
    return held.trade if held.state == HELD else account.trades


@inner
def mark(held: Position, candle: Candle) -> None:
    """Note the candle at whose close something is still held, where the symbol has one."""
    if candle.close > 0:
        held.mark = candle.close
        held.lowest = min(held.lowest, candle.low)
        held.highest = max(held.highest, candle.high)


@inlined
def seat(world: World, symbol: int) -> None:
    """Count the symbol among the active ones, which stay in symbol order."""
    account = world.account[0]
    place = account.active
    while place > 0 and world.active[place - 1] > symbol:
        world.active[place] = world.active[place - 1]
        place -= 1
    world.active[place] = symbol
    account.active += 1


@inlined
def drop(world: World, place: int) -> None:
    """Take the symbol at `place` out of the active ones, its trade or its order has ended."""
    account, symbol = world.account[0], world.active[place]
    held = world.positions[symbol]
    account.active -= 1
    for later in range(place, account.active):
        world.active[later] = world.active[later + 1]
    if held.trade >= 0:
        _remember(world, held.trade)
    held.state, held.trade, held.quantity = FLAT, -1, 0.0


@inlined
def drop_symbol(world: World, symbol: int) -> None:
    """Take `symbol` out of the active ones."""
    place = 0
    while world.active[place] != symbol:
        place += 1
    drop(world, place)


@inlined
def _remember(world: World, row: int) -> None:
    """Note a closed trade for the protections."""
    trade, ended = world.trades[row], world.ended[world.account[0].ended]
    ended["closed_ms"], ended["symbol"] = trade.exit_ms, trade.symbol
    ended["pnl"] = trade.gross - trade.fees + trade.funding
    ended["was_stopped"] = 1 if trade.reason in _STOPS else 0
    world.account[0].ended += 1

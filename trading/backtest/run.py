"""One backtest: signals traded over a market by rules."""

from collections.abc import Sequence

import numpy as np

from trading.backtest.bars import Floats, Integers
from trading.backtest.excursions import excursions
from trading.backtest.kernel import advance
from trading.backtest.kernel_values import World
from trading.backtest.market import Market
from trading.backtest.orders import make_orders
from trading.backtest.records import Backtest, ExitReason, TradeColumns
from trading.backtest.records_in_memory import Records, columns_of
from trading.backtest.refusals import NAMES, NO_NEXT_BAR
from trading.backtest.rules import Rules
from trading.backtest.scene import make_world, written_trades
from trading.backtest.signals import Signals


def run(market: Market, signals: Sequence[Signals], rules: Rules) -> Backtest:
    """Trade `signals`, at most one per symbol, over `market` by `rules`.

    A symbol without signals is not traded. What is open at the end is valued at the last close;
    the equity then is the initial one and the net of all trades. Raises InvariantError for signals
    that do not fit the market.
    """
    orders, late = make_orders(market, signals)
    world = make_world(market, orders, rules)
    advance(world, 0, len(market))
    world.refused[NO_NEXT_BAR] += late
    return finish(market, world, rules)


def finish(market: Market, world: World, rules: Rules) -> Backtest:
    """What the books say, once the last bar is traded."""
    value_open_trades(market, world)
    return Backtest(
        symbols=market.symbols,
        interval_ms=market.interval_ms,
        initial_equity=rules.account.initial_equity_usdt,
        at_ms=market.at_ms,
        equity=world.equity,
        exposure=world.exposure,
        trades=_columns(market, written_trades(world)),
        refused={
            name: int(count)
            for name, count in zip(NAMES, world.refused, strict=True)
            if name and count
        },
    )


def value_open_trades(market: Market, world: World) -> None:
    """Value what is still held at its last price, without a fee, as the last equity does."""
    held, trades = columns_of(world.positions), columns_of(world.trades)
    held = held[held["quantity"] > 0]
    rows = held["trade"]
    trades["exit_bar"][rows] = len(market) - 1
    trades["exit_ms"][rows] = market.at_ms[-1]
    trades["exit_value"][rows] += held["quantity"] * held["mark"]
    trades["gross"][rows] += held["side"] * held["quantity"] * (held["mark"] - held["price"])
    trades["reason"][rows] = ExitReason.OPEN_AT_END


def _columns(market: Market, rows: Records) -> TradeColumns:
    against, for_it = excursions(market, rows)
    return TradeColumns(
        symbol=rows["symbol"].astype(np.int16),
        side=rows["side"].astype(np.int8),
        entry_bar=_integers(rows, "entry_bar"),
        exit_bar=_integers(rows, "exit_bar"),
        entry_ms=_integers(rows, "entry_ms"),
        exit_ms=_integers(rows, "exit_ms"),
        quantity=_floats(rows, "quantity"),
        entry_price=_floats(rows, "entry_price"),
        exit_price=rows["exit_value"] / rows["quantity"],
        gross=_floats(rows, "gross"),
        fees=_floats(rows, "fees"),
        funding=_floats(rows, "funding"),
        net=rows["gross"] - rows["fees"] + rows["funding"],
        risk=_floats(rows, "risk"),
        adverse=against,
        favourable=for_it,
        reason=rows["reason"].astype(np.int8),
        is_ambiguous=rows["is_ambiguous"].astype(np.bool_),
    )


def _floats(rows: Records, name: str) -> Floats:
    return np.ascontiguousarray(rows[name], np.float64)


def _integers(rows: Records, name: str) -> Integers:
    return np.ascontiguousarray(rows[name], np.int64)

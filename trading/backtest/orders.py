"""Signals of all symbols as the orders they become, in the order in which they act."""

from collections.abc import Sequence

import numpy as np

from trading.backtest.bars import Integers
from trading.backtest.kernel_values import NEVER, ORDER
from trading.backtest.market import Market
from trading.backtest.records_in_memory import Records
from trading.backtest.signals import Signals
from trading.errors import InvariantError


def make_orders(market: Market, signals: Sequence[Signals]) -> tuple[Records, int]:
    """The orders, and how many entries were wished for on a last bar, which has no next open.

    Raises InvariantError for signals of a symbol the market lacks, given twice, or of a length
    that is not that of the symbol's candles.
    """
    _require_once(signals)
    parts, late = [], 0
    for one in signals:
        index = _index_of(market, one)
        rows = _wished(one)
        if len(rows) and rows[-1] == len(one) - 1:
            late += int(one.side[-1] != 0)
            rows = rows[:-1]
        parts.append(_orders(market, one, index, rows))
    end = np.zeros(1, ORDER)
    end["bar"] = NEVER
    orders = np.concatenate([*parts, end])
    if len(parts) > 1:
        orders = orders[np.argsort(orders["bar"], kind="stable")]
    return orders, late


def _require_once(signals: Sequence[Signals]) -> None:
    symbols = [one.symbol for one in signals]
    if len(set(symbols)) < len(symbols):
        raise InvariantError(f"signals of {', '.join(symbols)}; give each symbol's once")


def _index_of(market: Market, one: Signals) -> int:
    if one.symbol not in market.symbols:
        raise InvariantError(
            f"signals of {one.symbol}, but the market has {', '.join(market.symbols)}; give its "
            "candles too"
        )
    index = market.symbols.index(one.symbol)
    bars = len(market.series[index])
    if len(one) != bars:
        raise InvariantError(
            f"{one.symbol}: {len(one)} signals for {bars} candles; a strategy gives one per candle"
        )
    return index


def _wished(one: Signals) -> Integers:
    wished = one.side != 0
    return np.flatnonzero(wished if one.close is None else wished | one.close)


def _orders(market: Market, one: Signals, index: int, rows: Integers) -> Records:
    orders = np.zeros(len(rows), ORDER)
    orders["bar"] = market.places[index][rows + 1]
    orders["symbol"] = index
    orders["side"] = one.side[rows]
    orders["quoted"] = market.series[index].close[rows]
    if one.close is not None:
        orders["close"] = one.close[rows]
    for name in ("stop", "target", "limit", "size", "atr_fraction", "swing"):
        column = getattr(one, name)
        orders[name] = np.nan if column is None else column[rows]
    return orders

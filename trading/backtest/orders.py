"""Signals of all symbols as the orders they become, in the order in which they act."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from trading.backtest.bars import Integers
from trading.backtest.kernel_values import NEVER, ORDER
from trading.backtest.market import Market
from trading.backtest.records_in_memory import Records
from trading.backtest.signals import Signals
from trading.errors import InvariantError

_NUMBERS = ("stop", "target", "limit", "size", "atr_fraction", "swing")

_Columns = Mapping[str, NDArray[np.generic]]


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
        parts.append(_columns(market, one, index, rows))
    return _in_time(parts), late


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


def _columns(market: Market, one: Signals, index: int, rows: Integers) -> _Columns:
    """The fields of one symbol's orders; those that nothing is said of are left out."""
    bars = len(market.series[index])
    columns = {
        "bar": rows + 1 if bars == len(market) else market.places[index][rows + 1],
        "symbol": np.full(len(rows), index),
        "side": one.side[rows],
        "quoted": market.series[index].close[rows],
    }
    said = {name: getattr(one, name) for name in ("close", *_NUMBERS)}
    return columns | {name: said[name][rows] for name in said if said[name] is not None}


def _in_time(parts: Sequence[_Columns]) -> Records:
    """The orders of all symbols by bar, then symbol, and the row that ends them."""
    bars = np.concatenate([np.empty(0, np.int64), *(part["bar"] for part in parts)])
    orders = np.zeros(len(bars) + 1, ORDER)
    orders["bar"][-1] = NEVER
    for name in _NUMBERS:
        orders[name] = np.nan
    for part, places in zip(parts, _places(bars, parts), strict=True):
        for name, column in part.items():
            orders[name][places] = column
    return orders


def _places(bars: Integers, parts: Sequence[_Columns]) -> Iterator[slice | Integers]:
    """For each part the rows of all orders at which its own come."""
    if len(parts) == 1:
        yield slice(len(bars))
        return
    places = np.empty(len(bars), np.int64)
    places[np.argsort(bars, kind="stable")] = np.arange(len(bars))
    start = 0
    for part in parts:
        yield places[start : start + len(part["bar"])]
        start += len(part["bar"])

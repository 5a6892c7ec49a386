"""A user's own rule in plain Python, asked at the close of every bar.

The rule sees the bar that has just closed and what it holds, never a later bar; what it answers
acts at the open of the next one. Fills, stops, costs and limits are the kernel's, which is called
only for bars in which something can happen.
"""

from collections.abc import Iterable, Mapping
from itertools import count
from math import inf
from typing import Protocol

import numpy as np

from trading.backtest.bar_view import Bar
from trading.backtest.kernel import advance
from trading.backtest.kernel_values import FLAT, HELD, NEVER, ORDER
from trading.backtest.market import PRICES, Market
from trading.backtest.order import Order
from trading.backtest.records import Backtest
from trading.backtest.records_in_memory import Records, columns_of
from trading.backtest.refusals import NO_NEXT_BAR
from trading.backtest.rules import Rules
from trading.backtest.run import finish
from trading.backtest.scene import make_world
from trading.checks import require

_CHUNK = 4096
"""Bars turned into Python numbers at a time: enough to be quick, little to hold."""


class OnBar(Protocol):
    """What a user writes; one object per symbol, which may remember what it likes."""

    def on_bar(self, bar: Bar) -> Order | None:
        """The order wished for at the close of `bar`; None for nothing."""
        ...


def run_on_bar(market: Market, wishes: Mapping[str, OnBar], rules: Rules) -> Backtest:
    """Trade what each symbol's rule answers; a symbol without one is not traded.

    At a bar of several symbols the rules are asked in the market's order, after all that happened
    in the bar. Raises InvariantError for an unknown symbol and for an impossible order; what a
    rule itself raises is not caught.
    """
    unknown = set(wishes) - set(market.symbols)
    require(
        not unknown,
        f"rules for {', '.join(sorted(unknown))}, but the market has {', '.join(market.symbols)}",
    )
    play = _Play(market, wishes, rules)
    for first in range(0, len(market), _CHUNK):
        play.trade(first, min(first + _CHUNK, len(market)))
    play.catch_up(len(market))
    return finish(market, play.world, rules)


class _Play:
    """One run: the kernel's world, and how far it has been traded."""

    def __init__(self, market: Market, wishes: Mapping[str, OnBar], rules: Rules) -> None:
        self.market = market
        orders = _room_for_orders(market, len(wishes))
        self.world = make_world(market, orders, rules, entries=len(orders))
        self.account, self.orders = columns_of(self.world.account), orders
        self.positions = columns_of(self.world.positions)
        self.orders["bar"][0] = NEVER
        self.placed, self.traded, self.closed = 0, 0, 0
        self.order_bar, self.due_ms = NEVER, 0
        self.bars = [
            Bar(one, index, wishes[one.symbol].on_bar, self.equity_now)
            for index, one in enumerate(market.series)
            if one.symbol in wishes
        ]

    def trade(self, first: int, end: int) -> None:
        """Trade the bars `first` to `end` - 1."""
        opened = self.market.opened_ms[first:end].tolist()
        streams = [self._stream(bar.place, first, end) for bar in self.bars]
        if len(streams) == 1:
            self._trade_one(self.bars[0], first, opened, streams[0])
            return
        for index, opened_ms, *candles in zip(range(first, end), opened, *streams, strict=True):
            wakes = opened_ms >= self.due_ms or index == self.order_bar
            for bar, candle in zip(self.bars, candles, strict=True):
                bar.open, bar.high, bar.low, bar.close = candle
                if bar.low <= bar.lower or bar.high >= bar.upper:
                    wakes = True
            if wakes:
                self.catch_up(index + 1)
            self.closed = index + 1
            for bar in self.bars:
                self._ask(bar, opened_ms)

    def _trade_one(
        self, bar: Bar, first: int, opened: list[int], candles: Iterable[tuple[float, ...]]
    ) -> None:
        """The same for one symbol, whose loop is what a user's rule waits for."""
        for index, opened_ms, candle in zip(count(first), opened, candles, strict=False):
            bar.open, high, low, bar.close = candle
            bar.high, bar.low = high, low
            if (
                low <= bar.lower
                or high >= bar.upper
                or opened_ms >= self.due_ms
                or index == self.order_bar
            ):
                self.catch_up(index + 1)
            self.closed = index + 1
            self._ask(bar, opened_ms)

    def _ask(self, bar: Bar, opened_ms: int) -> None:
        # NaN, no candle of this symbol, is not equal to itself.
        if bar.close == bar.close:
            bar.index += 1
            bar.opened_ms = opened_ms
            order = bar.ask(bar)
            if order is not None:
                self.place(bar, order)

    def catch_up(self, end: int) -> None:
        """Let the kernel trade up to the bar before `end`, and look at what it left."""
        advance(self.world, self.traded, end)
        self.traded = end
        account = self.account[0]
        self.due_ms, self.order_bar = int(account["due_ms"]), self._next_order_bar()
        for bar in self.bars:
            held = self.positions[bar.place]
            is_held, is_flat = held["state"] == HELD, held["state"] == FLAT
            bar.position = int(held["side"]) if is_held else 0
            bar.quantity = float(held["quantity"])
            bar.entry_price = float(held["price"]) if is_held else 0.0
            bar.watch(-inf if is_flat else held["lower"], inf if is_flat else held["upper"])

    def equity_now(self) -> float:
        """What the account is worth at the close of the bar being asked about."""
        if self.traded < self.closed:
            self.catch_up(self.closed)
        return float(self.account["equity"][0])

    def place(self, bar: Bar, order: Order) -> None:
        """Write the order down for the symbol's next bar."""
        order.require_possible(bar.symbol)
        places = self.market.places[bar.place]
        if bar.index + 1 == len(places):
            self.world.refused[NO_NEXT_BAR] += int(order.side != 0)
            return
        acts_at, row = int(places[bar.index + 1]), self.placed
        orders, first = self.orders, int(self.account["next_order"][0])
        # A symbol that lacks its next candle acts later than those asked after it.
        while row > first and _when(orders, row - 1) > (acts_at, bar.place):
            orders[row] = orders[row - 1]
            row -= 1
        orders[row] = (
            acts_at,
            bar.place,
            order.side,
            order.close,
            order.stop,
            order.target,
            order.limit,
            order.size,
            bar.close,
            np.nan,
            np.nan,
        )
        self.placed += 1
        orders["bar"][self.placed] = NEVER
        self.order_bar = self._next_order_bar()

    def _next_order_bar(self) -> int:
        return int(self.orders["bar"][int(self.account["next_order"][0])])

    def _stream(self, place: int, first: int, end: int) -> Iterable[tuple[float, ...]]:
        """Open, high, low and close of a symbol's candles as Python numbers."""
        candles = self.market.candles[first:end, place]
        return zip(*(candles[name].tolist() for name in PRICES), strict=True)


def _room_for_orders(market: Market, wishes: int) -> Records:
    """One per bar and symbol, and the end; pages nobody writes to cost nothing."""
    return np.zeros(len(market) * wishes + 1, ORDER)


def _when(orders: Records, row: int) -> tuple[int, int]:
    """By which orders are sorted."""
    return int(orders["bar"][row]), int(orders["symbol"][row])

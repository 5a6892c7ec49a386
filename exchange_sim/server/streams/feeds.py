"""The public topics: what each shows at first and what it pushes when the market moved.

A feed is shared by all its subscribers: its state is what they have all been told, so a late
subscriber's snapshot and the next delta always fit together (spec 0.4).
"""

from typing import Protocol

from exchange_sim.market.feed import Market
from exchange_sim.market.rows import Bar
from exchange_sim.server.endpoints.market import INTERVALS
from exchange_sim.server.numbers import Row
from exchange_sim.server.rows.market_rows import kline_push, trade_push
from exchange_sim.server.rows.ticker_rows import ticker_push
from exchange_sim.server.streams.book_feed import BOOK_DEPTHS, BookFeed

MAX_TRADES = 1024  # rows of one publicTrade message


class Feed(Protocol):
    """One public topic."""

    def opening(self) -> list[Row]:
        """The frames a new subscriber gets first."""
        ...

    def moved(self, now_ms: int) -> list[Row]:
        """The frames for everybody after the market moved to `now_ms`."""
        ...


class KlineFeed:
    """`kline.{interval}.{symbol}`: the running candle; closed ones once with `confirm` true."""

    def __init__(self, topic: str, market: Market, now_ms: int) -> None:
        self._topic = topic
        self._market = market
        _, self._interval, self._symbol = topic.split(".")
        self._running_ms = now_ms
        self._closed_ms: int | None = None  # the last candle told as closed
        self._last: Row = {}
        self.moved(now_ms)

    def opening(self) -> list[Row]:
        """The running candle as last pushed."""
        return [self._last]

    def moved(self, now_ms: int) -> list[Row]:
        """Candles that closed since the last push, then the running one."""
        bars = self._market.klines(
            self._symbol, self._interval, self._running_ms, now_ms, 1000, now_ms
        )
        if not bars:
            bars = self._market.klines(self._symbol, self._interval, None, now_ms, 1, now_ms)
        # The tick at a candle's last millisecond closes it: the next one must not close it again.
        news = [bar for bar in reversed(bars) if bar.start_ms != self._closed_ms]
        frames = [self._frame(bar, now_ms) for bar in news]
        self._running_ms = bars[0].start_ms
        self._closed_ms = max((bar.start_ms for bar in bars if bar.confirmed), default=None)
        self._last = frames[-1] if frames else self._last
        return frames

    def _frame(self, bar: Bar, now_ms: int) -> Row:
        row = kline_push(bar, self._interval, now_ms)
        return {"topic": self._topic, "type": "snapshot", "ts": now_ms, "data": [row]}


class TickerFeed:
    """`tickers.{symbol}`: all figures at first, then those that changed."""

    def __init__(self, topic: str, market: Market, now_ms: int) -> None:
        self._topic = topic
        self._market = market
        self._symbol = topic.split(".")[1]
        self._told: Row = {}
        self._now_ms = now_ms
        self.moved(now_ms)

    def opening(self) -> list[Row]:
        """Every figure."""
        return [self._frame("snapshot", self._told)]

    def moved(self, now_ms: int) -> list[Row]:
        """The figures that changed; nothing if none did."""
        ticker = self._market.ticker(self._symbol, now_ms)
        figures = ticker_push(ticker, self._market.instrument(self._symbol))
        changed = {name: value for name, value in figures.items() if self._told.get(name) != value}
        self._told, self._now_ms = figures, now_ms
        return [self._frame("delta", {"symbol": self._symbol} | changed)] if changed else []

    def _frame(self, kind: str, data: Row) -> Row:
        return {
            "topic": self._topic,
            "type": kind,
            "data": data,
            "cs": self._now_ms,
            "ts": self._now_ms,
        }


class TradeFeed:
    """`publicTrade.{symbol}`: trades since the last push, oldest first."""

    def __init__(self, topic: str, market: Market, now_ms: int) -> None:
        self._topic = topic
        self._market = market
        self._symbol = topic.split(".")[1]
        self._told_ms = now_ms

    def opening(self) -> list[Row]:
        """Nothing: the topic has no history."""
        return []

    def moved(self, now_ms: int) -> list[Row]:
        """The trades since the last push in one message."""
        recent = self._market.recent_trades(self._symbol, now_ms, MAX_TRADES)
        trades = [trade for trade in reversed(recent) if trade.ts_ms > self._told_ms]
        self._told_ms = now_ms
        if not trades:
            return []
        rows = [trade_push(trade) for trade in trades]
        return [{"topic": self._topic, "type": "snapshot", "ts": now_ms, "data": rows}]


def open_feed(topic: str, market: Market, now_ms: int) -> Feed | None:
    """The feed of `topic`; None if there is no such topic or symbol."""
    match topic.split("."):
        case ["kline", interval, symbol] if interval in INTERVALS and symbol in market.symbols:
            return KlineFeed(topic, market, now_ms)
        case ["tickers", symbol] if symbol in market.symbols:
            return TickerFeed(topic, market, now_ms)
        case ["orderbook", depth, symbol] if depth in BOOK_DEPTHS and symbol in market.symbols:
            return BookFeed(topic, market, now_ms)
        case ["publicTrade", symbol] if symbol in market.symbols:
            return TradeFeed(topic, market, now_ms)
        case _:
            return None

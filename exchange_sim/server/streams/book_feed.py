"""The public topic `orderbook.{depth}.{symbol}`: a snapshot, then the levels that changed."""

from decimal import Decimal

from exchange_sim.market.feed import Market
from exchange_sim.market.values import Book
from exchange_sim.server.numbers import Row
from exchange_sim.server.rows.market_rows import Levels, level_rows

BOOK_DEPTHS = frozenset({"1", "50", "200", "1000"})
RESTARTED = 1  # the `u` of a book's first snapshot after the venue restarted (spec 3.1)
_GONE = Decimal(0)


class BookFeed:
    """The book as its subscribers know it; `u` grows by exactly one per push.

    Depth 1 sends snapshots only (spec 3.1).
    """

    def __init__(self, topic: str, market: Market, now_ms: int) -> None:
        self._topic = topic
        self._market = market
        _, depth, self._symbol = topic.split(".")
        self._depth = int(depth)
        self._now_ms = now_ms
        # Starting at the market time keeps `u` growing over resubscriptions; 1 would mean restart.
        self._update = now_ms
        self._book = self._read(now_ms)

    def opening(self) -> list[Row]:
        """The whole book."""
        return [self._frame("snapshot", self._book.bids, self._book.asks)]

    def moved(self, now_ms: int) -> list[Row]:
        """The levels that changed, or the whole top for depth 1; nothing if nothing changed."""
        before, self._book, self._now_ms = self._book, self._read(now_ms), now_ms
        if before == self._book:
            return []
        self._update += 1
        if self._depth == 1:
            return self.opening()
        bids = changed_levels(before.bids, self._book.bids)
        asks = changed_levels(before.asks, self._book.asks)
        return [self._frame("delta", bids, asks)]

    def restarted(self, now_ms: int, update: int = RESTARTED) -> list[Row]:
        """The whole book under a new count of updates: what a client sees after a restart."""
        self._book, self._now_ms, self._update = self._read(now_ms), now_ms, update
        return self.opening()

    def _read(self, now_ms: int) -> Book:
        return self._market.book(self._symbol, now_ms, self._depth)

    def _frame(self, kind: str, bids: Levels, asks: Levels) -> Row:
        return {
            "topic": self._topic,
            "type": kind,
            "ts": self._now_ms,
            "data": {
                "s": self._symbol,
                "b": level_rows(bids),
                "a": level_rows(asks),
                "u": self._update,
                "seq": self._update,
            },
            "cts": self._now_ms,
        }


def changed_levels(before: Levels, after: Levels) -> Levels:
    """The levels that turn `before` into `after`: new sizes, and size 0 for levels gone."""
    known, wanted = dict(before), dict(after)
    gone = tuple((price, _GONE) for price in known if price not in wanted)
    return gone + tuple((price, size) for price, size in after if known.get(price) != size)

"""The market the exchange runs on: its data, and whatever somebody did to it since."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from heapq import merge
from operator import attrgetter

from exchange_sim.market.book import Level, book_around
from exchange_sim.market.book_changes import changed_book
from exchange_sim.market.changes import MarketChange
from exchange_sim.market.funding_changes import changed_events, changed_next
from exchange_sim.market.overlay import Overlay
from exchange_sim.market.rows import Bar, TickerStats, Trade
from exchange_sim.market.symbols import SymbolMarket
from exchange_sim.market.undisturbed import UndisturbedMarket
from exchange_sim.market.values import Book, FundingEvent, Instrument, Tick

_by_time = attrgetter("ts_ms")


class Market(UndisturbedMarket):
    """Prices of several symbols over time, replayed or synthetic; never tells the future.

    Every answer takes the changes in effect into account; a symbol without one costs nothing.
    """

    def __init__(
        self, listed: Mapping[str, SymbolMarket], start_ms: int, end_ms: int | None
    ) -> None:
        """Use `Market.replay` or `Market.synthetic`."""
        super().__init__(listed, start_ms, end_ms)
        self._overlay = Overlay()

    def change(self, change: MarketChange) -> None:
        """Put a change into effect.

        Raises: MarketDataError for an unknown symbol or rules that contradict each other.
        """
        self._overlay.put(change, super().instrument(change.symbol))

    def end_change(self, change_id: str, at_ms: int) -> bool:
        """End a change at `at_ms`; False if there is none of this name in effect then."""
        return self._overlay.end(change_id, at_ms)

    @property
    def open_changes(self) -> list[MarketChange]:
        """The changes without an end, in the order they were made."""
        return self._overlay.open_changes

    def instrument(self, symbol: str) -> Instrument:
        """The trading rules of `symbol`. Raises: MarketDataError for an unknown symbol."""
        changed = self._overlay.rules.get(symbol)
        return super().instrument(symbol) if changed is None else changed

    def events(self, after_ms: int, until_ms: int) -> Iterator[Tick | FundingEvent]:
        """What happens in (after, until], by time, then symbol; a settlement before a tick.

        Four ticks per driving candle, and one more wherever a changed price jumps.
        """
        undisturbed = super().events(after_ms, until_ms)
        if not self._overlay:
            return undisturbed
        until_ms = self._known(until_ms)
        added: list[Tick | FundingEvent] = [
            *self._settlements(after_ms, until_ms),
            *self._jumps(after_ms, until_ms),
        ]
        return merge(sorted(added, key=_by_time), self._kept(undisturbed), key=_by_time)

    def tick_at(self, symbol: str, now_ms: int) -> Tick:
        """The latest tick at or before `now_ms`. Raises: MarketDataError before the first one."""
        prices = self._overlay.prices.get(symbol)
        if prices is None:
            return super().tick_at(symbol, now_ms)
        now_ms = self._known(now_ms)
        return prices.tick(super().tick_at(symbol, prices.seen_at(now_ms)), now_ms)

    def klines(
        self,
        symbol: str,
        interval: str,
        start_ms: int | None,
        end_ms: int | None,
        limit: int,
        now_ms: int,
    ) -> list[Bar]:
        """Candles newest first, the running one included, by the rules of Bybit's kline endpoint.

        `interval` in Bybit's words: 1 3 5 15 30 60 120 240 360 720 D W M. Intervals shorter than
        the driving candles are painted by the path: at most four moments per driving candle.

        Raises: MarketDataError for another interval, an unknown symbol or a limit below 1.
        """
        seen_ms = self._seen_at(symbol, now_ms)
        bars = super().klines(symbol, interval, start_ms, end_ms, limit, seen_ms)
        return self._changed_bars(symbol, bars, "last", seen_ms)

    def mark_klines(
        self,
        symbol: str,
        interval: str,
        start_ms: int | None,
        end_ms: int | None,
        limit: int,
        now_ms: int,
    ) -> list[Bar]:
        """Like `klines`, of the mark price; volume and turnover are 0."""
        seen_ms = self._seen_at(symbol, now_ms)
        bars = super().mark_klines(symbol, interval, start_ms, end_ms, limit, seen_ms)
        return self._changed_bars(symbol, bars, "mark", seen_ms)

    def ticker(self, symbol: str, now_ms: int) -> TickerStats:
        """The ticker figures of `symbol` as of `now_ms`.

        Raises: MarketDataError before the first candle.
        """
        stats = super().ticker(symbol, now_ms)
        if symbol not in self._overlay.symbols:
            return stats
        top = self.book(symbol, now_ms, 1)
        bid, ask = _best(top.bids), _best(top.asks)
        return replace(
            stats,
            high_24h=max(stats.high_24h, stats.last),
            low_24h=min(stats.low_24h, stats.last),
            bid=bid[0],
            bid_size=bid[1],
            ask=ask[0],
            ask_size=ask[1],
        )

    def book(self, symbol: str, now_ms: int, depth: int) -> Book:
        """The synthetic order book around the last price, `depth` levels (1..1000) a side."""
        last = self.tick_at(symbol, now_ms).last
        return self._book(symbol, last, now_ms, depth)

    def book_around(self, tick: Tick, depth: int) -> Book:
        """The book when the price is `tick`, which may lie between two ticks of the path."""
        if tick.symbol not in self._overlay.symbols:  # asked twice per market order
            return super().book_around(tick, depth)
        return self._book(tick.symbol, tick.last, tick.ts_ms, depth)

    def recent_trades(self, symbol: str, now_ms: int, limit: int) -> list[Trade]:
        """The last `limit` (at most 1000) public trades up to `now_ms`, newest first.

        Fewer where candles without volume lie in between: as many moments are looked at as
        trades are asked for.
        """
        trades = super().recent_trades(symbol, self._seen_at(symbol, now_ms), limit)
        prices = self._overlay.prices.get(symbol)
        return trades if prices is None else [prices.trade(trade) for trade in trades]

    def funding_history(
        self, symbol: str, start_ms: int | None, end_ms: int | None, limit: int, now_ms: int
    ) -> list[FundingEvent]:
        """The last `limit` settlements up to `now_ms` within [start, end], newest first."""
        changes = self._overlay.funding(symbol)
        if not changes:
            return super().funding_history(symbol, start_ms, end_ms, limit, now_ms)
        known_ms = self._known(now_ms)
        until_ms = known_ms if end_ms is None else min(end_ms, known_ms)
        events = changed_events(self._of(symbol).funding, changes, (start_ms or 0) - 1, until_ms)
        return events[-limit:][::-1]

    def next_funding(self, symbol: str, now_ms: int) -> FundingEvent:
        """The first settlement after `now_ms` with the rate that will be charged."""
        changes = self._overlay.funding(symbol)
        if not changes:
            return super().next_funding(symbol, now_ms)
        return changed_next(self._of(symbol).funding, changes, now_ms)

    def _book(self, symbol: str, last: Decimal, now_ms: int, depth: int) -> Book:
        instrument = self.instrument(symbol)
        book = book_around(instrument, last, now_ms, depth)
        changes = self._overlay.books(symbol, now_ms)
        return changed_book(book, instrument, last, changes) if changes else book

    def _seen_at(self, symbol: str, now_ms: int) -> int:
        prices = self._overlay.prices.get(symbol)
        return now_ms if prices is None else prices.seen_at(self._known(now_ms))

    def _changed_bars(self, symbol: str, bars: list[Bar], name: str, now_ms: int) -> list[Bar]:
        prices = self._overlay.prices.get(symbol)
        return bars if prices is None else [prices.bar(bar, name, now_ms) for bar in bars]

    def _kept(self, events: Iterator[Tick | FundingEvent]) -> Iterator[Tick | FundingEvent]:
        """The undisturbed events that still happen, at their changed prices."""
        prices, rhythms = self._overlay.prices, self._overlay.rhythms
        for event in events:
            if isinstance(event, FundingEvent):
                if event.symbol not in rhythms:
                    yield event
                continue
            changed = prices.get(event.symbol)
            if changed is None:
                yield event
            elif changed.seen_at(event.ts_ms) == event.ts_ms:
                yield changed.tick(event, event.ts_ms)

    def _jumps(self, after_ms: int, until_ms: int) -> Iterator[Tick]:
        for symbol, prices in self._overlay.prices.items():
            for moment in prices.moments(after_ms, until_ms):
                yield replace(self.tick_at(symbol, moment), ts_ms=moment)

    def _settlements(self, after_ms: int, until_ms: int) -> Iterator[FundingEvent]:
        for symbol in self._overlay.rhythms:
            changes: Sequence[MarketChange] = self._overlay.funding(symbol)
            yield from changed_events(self._of(symbol).funding, changes, after_ms, until_ms)


def _best(levels: Sequence[Level]) -> Level:
    return levels[0] if levels else (Decimal(0), Decimal(0))

"""The market as its data has it: everything known about prices at a given moment."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Self

from exchange_sim.market.bars import as_candles
from exchange_sim.market.book import book_around
from exchange_sim.market.candle_rows import whole_rows
from exchange_sim.market.crowd import Crowd, crowd_at
from exchange_sim.market.errors import MarketDataError
from exchange_sim.market.events import merged_events, ticks_as_values
from exchange_sim.market.files import driving_symbols, list_files
from exchange_sim.market.findings import moment
from exchange_sim.market.grid import places
from exchange_sim.market.intervals import MINUTE_MS, Interval
from exchange_sim.market.klines import KlineQuery, KlineSource, klines
from exchange_sim.market.path import TICKS_PER_BAR
from exchange_sim.market.rows import Bar, TickerStats, Trade
from exchange_sim.market.series import latest_tick, ticks_between
from exchange_sim.market.symbols import SymbolMarket, replayed_symbol, synthetic_symbol
from exchange_sim.market.ticker import ticker_of
from exchange_sim.market.trades import MAX_TRADES, trades_of
from exchange_sim.market.values import Book, FundingEvent, Instrument, Tick

# 2000-01-01: leaves room for the history before the start on this side of the Unix epoch.
_EARLIEST_START_MS = 946_684_800_000


class UndisturbedMarket:
    """Prices of several symbols over time, replayed or synthetic; never tells the future.

    After the last candle of a replay the market stands still: every question is answered as of
    `end_ms`.
    """

    def __init__(
        self, listed: Mapping[str, SymbolMarket], start_ms: int, end_ms: int | None
    ) -> None:
        """Use `replay` or `synthetic`."""
        self._listed = dict(sorted(listed.items()))
        self.start_ms = start_ms  # first tradable moment: from here on every symbol has prices
        self.end_ms = end_ms  # last moment with prices for every symbol; None if endless

    @classmethod
    def replay(cls, folder: Path, symbols: Sequence[str] | None = None) -> Self:
        """A market that replays the candles of `folder`; all its symbols if none are named.

        Raises: MarketDataError says which file is unusable and why.
        """
        files = list_files(folder)
        wanted = driving_symbols(files) if symbols is None else symbols
        _require_symbols(wanted, f"no symbol to replay from {folder} (needs 1m, 5m, 15m or 1h)")
        listed = {symbol: replayed_symbol(files, symbol) for symbol in wanted}
        start_ms = max(one.series.first_ms for one in listed.values())
        ends = [one.series.end_ms for one in listed.values() if one.series.end_ms is not None]
        if start_ms > min(ends):
            spans = "; ".join(_span(symbol, one) for symbol, one in listed.items())
            message = f"the symbols share no moment: {spans}; choose symbols that overlap"
            raise MarketDataError(message)
        return cls(listed, start_ms, min(ends))

    @classmethod
    def synthetic(cls, seed: int, symbols: Sequence[str], start_ms: int) -> Self:
        """An endless seeded market; it also has 400 days of history before `start_ms`.

        Raises: MarketDataError for a symbol that is not in the catalogue, or a negative seed.
        """
        _require_symbols(symbols, "no symbol for the synthetic market")
        if seed < 0:
            message = f"the seed of the synthetic market is {seed}; it must be at least 0"
            raise MarketDataError(message)
        if start_ms < _EARLIEST_START_MS:
            message = (
                f"the synthetic market is to start at {moment(start_ms)}; "
                f"the earliest start is {moment(_EARLIEST_START_MS)}"
            )
            raise MarketDataError(message)
        listed = {symbol: synthetic_symbol(seed, symbol, start_ms) for symbol in symbols}
        return cls(listed, start_ms, None)

    @property
    def symbols(self) -> tuple[str, ...]:
        """Every symbol, sorted."""
        return tuple(self._listed)

    def instrument(self, symbol: str) -> Instrument:
        """The trading rules of `symbol`. Raises: MarketDataError for an unknown symbol."""
        return self._of(symbol).instrument

    def events(self, after_ms: int, until_ms: int) -> Iterator[Tick | FundingEvent]:
        """What happens in (after, until], by time, then symbol; a settlement before a tick.

        Four ticks per driving candle: open, the extreme nearer to the open, the other extreme,
        close, at 0, 1/3, 2/3 of the candle and at its last millisecond.
        """
        sources = [(symbol, one.series, one.funding) for symbol, one in self._listed.items()]
        return merged_events(sources, after_ms, self._known(until_ms))

    def tick_at(self, symbol: str, now_ms: int) -> Tick:
        """The latest tick at or before `now_ms`. Raises: MarketDataError before the first one."""
        ticks = latest_tick(self._of(symbol).series, self._known(now_ms))
        if not len(ticks):
            message = (
                f"{symbol} has no price at {moment(now_ms)}; its history starts at "
                f"{moment(self._of(symbol).series.first_ms)}"
            )
            raise MarketDataError(message)
        return ticks_as_values(symbol, ticks)[0]

    def driving_bar(self, symbol: str, now_ms: int) -> Bar:
        """The whole driving candle around `now_ms`, ITS FUTURE INCLUDED.

        For one use only: to resolve a target and a stop inside the same candle stop-first.
        Raises: MarketDataError before the first candle.
        """
        series = self._of(symbol).series
        start_ms = self.tick_at(symbol, now_ms).ts_ms
        candles = as_candles(series.bars(start_ms, start_ms))
        interval = Interval.of(str(series.interval_ms // MINUTE_MS))
        return whole_rows(candles, interval, self._volume_decimals(symbol))[0]

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
        query = KlineQuery(Interval.of(interval), start_ms, end_ms, limit)
        return klines(self._source(symbol, mark=False), query, self._known(now_ms))

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
        query = KlineQuery(Interval.of(interval), start_ms, end_ms, limit)
        return klines(self._source(symbol, mark=True), query, self._known(now_ms))

    def ticker(self, symbol: str, now_ms: int) -> TickerStats:
        """The ticker figures of `symbol` as of `now_ms`.

        Raises: MarketDataError before the first candle.
        """
        one, tick = self._of(symbol), self.tick_at(symbol, now_ms)
        next_funding = self.next_funding(symbol, now_ms)
        return ticker_of(one.series, one.instrument, tick, self._known(now_ms), next_funding)

    def book(self, symbol: str, now_ms: int, depth: int) -> Book:
        """The synthetic order book around the last price, `depth` levels (1..1000) a side."""
        last = self.tick_at(symbol, now_ms).last
        return book_around(self.instrument(symbol), last, now_ms, depth)

    def book_around(self, tick: Tick, depth: int) -> Book:
        """The book when the price is `tick`, which may lie between two ticks of the path."""
        return book_around(self._of(tick.symbol).instrument, tick.last, tick.ts_ms, depth)

    def recent_trades(self, symbol: str, now_ms: int, limit: int) -> list[Trade]:
        """The last `limit` (at most 1000) public trades up to `now_ms`, newest first.

        Fewer where candles without volume lie in between: as many moments are looked at as
        trades are asked for.
        """
        series, now_ms, rows = self._of(symbol).series, self._known(now_ms), min(limit, MAX_TRADES)
        # Four moments a candle: enough for the rows and the one before them.
        span_ms = (rows // TICKS_PER_BAR + 2) * series.interval_ms
        ticks = ticks_between(series, now_ms - span_ms, now_ms)
        trades = trades_of(symbol, ticks, self._volume_decimals(symbol))
        return trades[::-1][:rows]

    def funding_history(
        self, symbol: str, start_ms: int | None, end_ms: int | None, limit: int, now_ms: int
    ) -> list[FundingEvent]:
        """The last `limit` settlements up to `now_ms` within [start, end], newest first."""
        known_ms = self._known(now_ms)
        until_ms = known_ms if end_ms is None else min(end_ms, known_ms)
        return self._of(symbol).funding.latest(start_ms or 0, until_ms, limit)

    def recorded_moments(
        self, symbol: str, step_ms: int, start_ms: int | None, end_ms: int | None, now_ms: int
    ) -> range:
        """When the crowd was recorded within [start, end] up to `now_ms`, newest first.

        Every `step_ms` since the epoch, from the first candle on.
        """
        known_ms = self._known(now_ms)
        newest_ms = known_ms if end_ms is None else min(end_ms, known_ms)
        oldest_ms = max(start_ms or 0, self._of(symbol).series.first_ms)
        return range(newest_ms // step_ms * step_ms, oldest_ms - 1, -step_ms)

    def crowd(self, symbol: str, moments: Iterable[int]) -> list[Crowd]:
        """What everybody together held at each of `moments`, in their order."""
        one = self._of(symbol)
        return crowd_at(one.series, one.instrument, moments)

    def next_funding(self, symbol: str, now_ms: int) -> FundingEvent:
        """The first settlement after `now_ms` with the rate that will be charged."""
        return self._of(symbol).funding.next_after(now_ms)

    def _of(self, symbol: str) -> SymbolMarket:
        if symbol not in self._listed:
            message = f"symbol {symbol!r} is not in this market; it has {', '.join(self._listed)}"
            raise MarketDataError(message)
        return self._listed[symbol]

    def _known(self, now_ms: int) -> int:
        return now_ms if self.end_ms is None else min(now_ms, self.end_ms)

    def _volume_decimals(self, symbol: str) -> int:
        return places(self._of(symbol).instrument.qty_step)

    def _source(self, symbol: str, *, mark: bool) -> KlineSource:
        return KlineSource(self._of(symbol).series, self._volume_decimals(symbol), mark)


def _require_symbols(symbols: Sequence[str], complaint: str) -> None:
    if not symbols:
        message = f"{complaint}; name at least one, such as BTCUSDT"
        raise MarketDataError(message)
    if len(set(symbols)) < len(symbols):
        message = f"symbols are named twice in {', '.join(symbols)}; name each once"
        raise MarketDataError(message)


def _span(symbol: str, one: SymbolMarket) -> str:
    assert one.series.end_ms is not None
    return f"{symbol} {moment(one.series.first_ms)} to {moment(one.series.end_ms)}"

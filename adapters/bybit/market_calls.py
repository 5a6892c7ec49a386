"""Market data: instruments, prices, candles, funding, and how everybody is positioned."""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta

from adapters.bybit import rows_market
from adapters.bybit.calls import BybitCalls, answered_at, build_all, only_row
from adapters.bybit.endpoints import Read
from adapters.bybit.paging import MAXIMUM_PAGES, unique
from adapters.bybit.parsing import Row, ms_of_moment
from adapters.bybit.words import INTERVAL_WORDS
from trading.candles import Candle, Interval
from trading.errors import BadDataError
from trading.instruments import Instrument
from trading.market import AccountRatio, FundingRate, OpenInterest, Ticker

_CANDLES_PER_PAGE = 1000
_INSTRUMENTS_PER_PAGE = 1000
_FUNDING_RATES_PER_PAGE = 200
_HOURS_OF_INTEREST = 25  # a day and the hour it is compared with
_MILLISECOND = timedelta(milliseconds=1)


class MarketCalls(BybitCalls):
    """Requests that need no key."""

    def instruments(self, symbols: Collection[str] | None = None) -> list[Instrument]:
        """The USDT perpetuals, all or the named ones; a name that does not exist is left out.

        They are always listed as a whole: asked by name the exchange refuses an unknown one, and
        one typing error would hide all others.
        """
        rows = self._all_rows(Read.INSTRUMENTS, category="linear", limit=_INSTRUMENTS_PER_PAGE)
        wanted = [
            row
            for row in rows
            if rows_market.is_usdt_perpetual(row)
            and (symbols is None or row.text("symbol") in symbols)
        ]
        return unique(
            build_all(wanted, rows_market.instrument), lambda instrument: instrument.symbol
        )

    def ticker(self, symbol: str) -> Ticker:
        """Prices and funding of a symbol now.

        Raises:
            BadDataError: a price is missing, such as the bid of an empty book.
        """
        what = f"ticker {symbol}"
        answer = self._session.read(Read.TICKERS, category="linear", symbol=symbol)
        row = only_row(Row(answer.result, what).rows("list", what), what)
        taken_at = answered_at(answer, what)
        return row.build(lambda fields: rows_market.ticker(fields, taken_at))

    def candles(
        self, symbol: str, interval: Interval, *, count: int, now: datetime
    ) -> list[Candle]:
        """The last `count` bars closed at `now`, oldest first; fewer where history is short.

        Holes and repeats are left as they come, for `require_complete` to refuse.

        Raises:
            BadDataError: a row is malformed or impossible.
        """
        what = f"{symbol} {interval}"
        cells = self._candle_rows(Read.CANDLES, symbol, interval, count=count, now=now)
        candles = [rows_market.candle(row, what=what) for row in cells]
        return _closed(candles, interval, count=count, now=now)

    def mark_candles(
        self, symbol: str, interval: Interval, *, count: int, now: datetime
    ) -> list[Candle]:
        """Like `candles`, of mark prices; their volume is 0."""
        what = f"{symbol} {interval} mark"
        cells = self._candle_rows(Read.MARK_CANDLES, symbol, interval, count=count, now=now)
        candles = [rows_market.mark_candle(row, what=what) for row in cells]
        return _closed(candles, interval, count=count, now=now)

    def funding_history(
        self, symbol: str, *, since: datetime, until: datetime
    ) -> list[FundingRate]:
        """Settled funding rates of since..until (both inside), oldest first.

        The endpoint has no cursor: each page ends just before the oldest rate of the one before.

        Raises:
            BadDataError: a row is malformed, or the history does not end.
        """
        rates: list[FundingRate] = []
        end = until
        for _ in range(MAXIMUM_PAGES):
            page = self._funding_page(symbol, since, end) if since <= end else []
            rates += page
            if len(page) < _FUNDING_RATES_PER_PAGE:
                ordered = sorted(rates, key=lambda rate: rate.settled_at)
                return unique(ordered, lambda rate: rate.settled_at)
            end = min(rate.settled_at for rate in page) - _MILLISECOND
        message = f"{symbol}: funding history is longer than {MAXIMUM_PAGES} pages"
        raise BadDataError(message)

    def open_interest(self, symbol: str) -> list[OpenInterest]:
        """The open interest at the last 25 recorded hours, oldest first; it may be none.

        Asked once and not again: Bybit warns that this list may be late in a wild market, when a
        cycle has no time for it.

        Raises:
            BadDataError: a row is malformed.
        """
        what = f"open interest {symbol}"
        rows = self._rows_at_once(
            Read.OPEN_INTEREST,
            what,
            category="linear",
            symbol=symbol,
            intervalTime="1h",
            limit=_HOURS_OF_INTEREST,
        )
        recorded = [row.build(lambda one: rows_market.open_interest(one, symbol)) for row in rows]
        return sorted(recorded, key=lambda one: one.recorded_at)

    def account_ratio(self, symbol: str) -> AccountRatio | None:
        """How many accounts are long and short at the last recorded hour; None if not listed.

        Asked once, like `open_interest`.

        Raises:
            BadDataError: the row is malformed.
        """
        what = f"account ratio {symbol}"
        rows = self._rows_at_once(
            Read.ACCOUNT_RATIO, what, category="linear", symbol=symbol, period="1h", limit=1
        )
        return rows[0].build(rows_market.account_ratio) if rows else None

    def _rows_at_once(self, endpoint: Read, what: str, **parameters: object) -> list[Row]:
        answer = self._session.read_once(endpoint, **parameters)
        return Row(answer.result, what).rows("list", what)

    def _funding_page(self, symbol: str, since: datetime, until: datetime) -> list[FundingRate]:
        rows = self._rows(
            Read.FUNDING_HISTORY,
            category="linear",
            symbol=symbol,
            startTime=ms_of_moment(since),
            endTime=ms_of_moment(until),
            limit=_FUNDING_RATES_PER_PAGE,
        )
        return build_all(rows, rows_market.funding_rate)

    def _candle_rows(
        self, endpoint: Read, symbol: str, interval: Interval, *, count: int, now: datetime
    ) -> list[object]:
        cells: list[object] = []
        for first, last in _candle_windows(interval, count, now):
            answer = self._session.read(
                endpoint,
                category="linear",
                symbol=symbol,
                interval=INTERVAL_WORDS[interval],
                start=ms_of_moment(first),
                end=ms_of_moment(last),
                limit=_CANDLES_PER_PAGE,
            )
            page = answer.result.get("list")
            if not isinstance(page, list):
                message = f"{symbol} {interval}: the answer holds no list of candles"
                raise BadDataError(message)
            cells += page
        return cells


def _candle_windows(
    interval: Interval, count: int, now: datetime
) -> Iterator[tuple[datetime, datetime]]:
    """Open times of the first and last candle of each page, newest page first.

    Pages lie next to each other on the grid, so no bar is lost or repeated at their borders.
    """
    last = interval.floor(now) - interval.length
    while count > 0:
        size = min(count, _CANDLES_PER_PAGE)
        yield last - (size - 1) * interval.length, last
        last -= size * interval.length
        count -= size


def _closed(
    candles: list[Candle], interval: Interval, *, count: int, now: datetime
) -> list[Candle]:
    """The newest `count` of the bars that have ended at `now`, oldest first."""
    closed = [candle for candle in candles if candle.opened_at + interval.length <= now]
    return sorted(closed, key=lambda candle: candle.opened_at)[-count:]

"""The candles and funding rates that the database keeps, as a source of market data."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session, sessionmaker

from db.queries.candle_arrays import fingerprint, read_candles, read_funding
from db.queries.candle_holdings import holdings, stored_intervals
from db.repositories.candle_batches import LARGEST_BATCH, refresh_statistics
from db.unit_of_work import read_session, unit_of_work
from trading.backtest.bars import BarSeries, Floats, Integers
from trading.candle_columns import CandleColumns
from trading.candle_series import Holding, SeriesName, Span
from trading.candles import Interval
from trading.errors import NoCandlesError

Cache = Callable[[SeriesName, str, str, Callable[[], BarSeries]], BarSeries]
"""Gives the series of a place and content, by the function only if it is not known yet."""


def read_always(
    _name: SeriesName, _place: str, _content: str, read: Callable[[], BarSeries]
) -> BarSeries:
    """A cache that keeps nothing."""
    return read()


@dataclass(frozen=True, slots=True)
class StoredCandles:
    """What `data download` and `data import` stored of one market (environment)."""

    sessions: sessionmaker[Session]
    market: str
    cache: Cache = read_always

    @property
    def name(self) -> str:
        """Where the candles come from, for people."""
        return f"database ({self.market})"

    def series(
        self,
        symbol: str,
        interval: Interval,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> BarSeries:
        """Last-traded candles.

        Raises:
            BadDataError: none is stored of that time; the message says how to get them.
        """
        return self._candles(SeriesName(symbol, interval), Span(since, until))

    def mark(
        self,
        symbol: str,
        interval: Interval,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> BarSeries:
        """Mark prices as candles without volume; raises like `series`."""
        return self._candles(SeriesName(symbol, interval, is_mark=True), Span(since, until))

    def funding(
        self, symbol: str, *, since: datetime | None = None, until: datetime | None = None
    ) -> tuple[Integers, Floats]:
        """Settlement times in milliseconds and rates, ascending; empty where none is stored."""
        with read_session(self.sessions) as session:
            return read_funding(session, self.market, symbol, Span(since, until))

    def intervals(self, symbol: str) -> frozenset[Interval]:
        """Lengths of which a last-traded candle is stored; none is read."""
        with read_session(self.sessions) as session:
            return stored_intervals(session, self.market, symbol)

    def holdings(self) -> list[Holding]:
        """Every stored series."""
        with read_session(self.sessions) as session:
            return holdings(session, self.market)

    def has_grown(self, by: int) -> None:
        """So many rows came: the server is told if that changes how it should read."""
        if by >= LARGEST_BATCH:
            with unit_of_work(self.sessions) as session:
                refresh_statistics(session)

    def columns(self, name: SeriesName, span: Span) -> CandleColumns:
        """The rows as they are stored, to be judged."""
        with read_session(self.sessions) as session:
            return read_candles(session, self.market, name, span)

    def _candles(self, name: SeriesName, span: Span) -> BarSeries:
        place = f"{self.market} {span}"
        # One moment of the database: the fingerprint belongs to the rows that are read.
        with read_session(self.sessions) as session:
            content = fingerprint(session, self.market, name, span)
            return self.cache(name, place, content, lambda: self._read(session, name, span))

    def _read(self, session: Session, name: SeriesName, span: Span) -> BarSeries:
        columns = read_candles(session, self.market, name, span)
        if not len(columns):
            raise self._not_stored(name, span)
        return columns.as_series(name)

    def _not_stored(self, name: SeriesName, span: Span) -> NoCandlesError:
        mark = " --mark" if name.is_mark else ""
        start = "2024-01-01" if span.since is None else f"{span.since:%Y-%m-%d}"
        return NoCandlesError(
            f"no candle of {name} from {span} is stored of market {self.market}; run `autotrader "
            f"data download --market {self.market} --symbols {name.symbol} --timeframe "
            f"{name.interval} --from {start}{mark}` or `autotrader data import FILE`"
        )

"""Where a backtest gets its candles and funding rates from."""

from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from typing import Protocol

from trading.backtest.bars import BarSeries, Floats, Integers
from trading.candle_series import Holding
from trading.candles import Interval


class CandleSource(Protocol):
    """The database (`StoredCandles`) or a folder of files (`adapters.candle_files.folder`).

    `since` is inside and `until` outside, both UTC; a bound that is not given is infinite.
    """

    @property
    def name(self) -> str:
        """Where the candles come from, for people."""
        ...

    def series(
        self,
        symbol: str,
        interval: Interval,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> BarSeries:
        """Last-traded candles; NoCandlesError if there are none, BadDataError if one is wrong."""
        ...

    def mark(
        self,
        symbol: str,
        interval: Interval,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> BarSeries:
        """Mark prices as candles without volume; raises like `series`."""
        ...

    def funding(
        self, symbol: str, *, since: datetime | None = None, until: datetime | None = None
    ) -> tuple[Integers, Floats]:
        """Settlement times in milliseconds and rates, ascending; empty where none is known."""
        ...

    def intervals(self, symbol: str) -> frozenset[Interval]:
        """Lengths of which there are last-traded candles of some time; found without reading."""
        ...

    def holdings(self) -> list[Holding]:
        """What is there."""
        ...


def load_series(
    source: CandleSource,
    symbol: str,
    interval: Interval,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
) -> BarSeries:
    """The candles of a symbol, oldest first; see `CandleSource.series`."""
    return source.series(symbol, interval, since=since, until=until)


def load_funding(
    source: CandleSource,
    symbol: str,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
) -> tuple[Integers, Floats]:
    """The settled funding of a symbol; see `CandleSource.funding`."""
    return source.funding(symbol, since=since, until=until)


def data_hash(series: Iterable[BarSeries]) -> str:
    """SHA-256, in hex, over every name, time and number of the series, in their order."""
    digest = sha256()
    for one in series:
        digest.update(f"{one.symbol} {one.interval} {len(one)}\n".encode())
        for column in (one.opened_ms, one.open, one.high, one.low, one.close, one.volume):
            digest.update(column.tobytes())
    return digest.hexdigest()

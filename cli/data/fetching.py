"""`data download`: what is asked of the exchange, and what came of it."""

from dataclasses import dataclass
from datetime import datetime

from cli.data.progress import candle_bar
from cli.data.store import PublicMarket
from db.repositories import instruments
from db.unit_of_work import unit_of_work
from tasks.candle_store.downloading import (
    Downloaded,
    Wish,
    count_missing,
    download_candles,
    download_funding,
)
from tasks.candle_store.stored import StoredCandles
from trading.candle_series import SeriesName
from trading.candles import Interval
from trading.errors import MisconfiguredError


@dataclass(frozen=True, slots=True)
class Order:
    """What the owner wants to have; `until` None: up to the last closed candle."""

    symbols: tuple[str, ...]
    interval: Interval
    since: datetime
    until: datetime | None
    with_funding: bool
    with_mark: bool

    def wishes(self, now: datetime) -> list[Wish]:
        """One for each series, of candles that are closed at `now`.

        Raises:
            MisconfiguredError: no candle of that time is closed.
        """
        since, closed = _first_from(self.interval, self.since), self.interval.floor(now)
        until = closed if self.until is None else _first_from(self.interval, self.until)
        until = min(until, closed)
        if since >= until:
            message = (
                f"no {self.interval} candle from {self.since.isoformat()} on is closed before "
                f"{until.isoformat()}; correct --from and --to, or wait until it has closed"
            )
            raise MisconfiguredError(message)
        kinds = (False, True) if self.with_mark else (False,)
        return [
            Wish(SeriesName(symbol, self.interval, kind), since, until)
            for symbol in self.symbols
            for kind in kinds
        ]


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came of an order; `funding` are the new rates of each symbol."""

    series: tuple[Downloaded, ...]
    funding: dict[str, int]


def fetch(store: StoredCandles, exchange: PublicMarket, order: Order) -> Fetched:
    """Store what the database lacks of the order.

    Raises:
        MisconfiguredError: the exchange does not list one of the symbols.
        BadDataError: it sent something impossible.
        ExchangeError: it does not answer.
    """
    now = exchange.now()
    wishes = order.wishes(now)
    _learn_instruments(store, exchange, order.symbols, now)
    series = tuple(_fetch_series(store, exchange, wish) for wish in wishes)
    rates: dict[str, int] = {}
    if order.with_funding:
        begin, end = wishes[0].since, wishes[0].until
        for symbol in order.symbols:
            rates[symbol] = download_funding(store, symbol, begin, end, exchange.funding)
    return Fetched(series, rates)


def _fetch_series(store: StoredCandles, exchange: PublicMarket, wish: Wish) -> Downloaded:
    with candle_bar(str(wish.name), count_missing(store, wish)) as advance:
        return download_candles(store, wish, exchange.candles, advance)


def _learn_instruments(
    store: StoredCandles, exchange: PublicMarket, symbols: tuple[str, ...], now: datetime
) -> None:
    listed = exchange.instruments(symbols)
    unknown = set(symbols) - {instrument.symbol for instrument in listed}
    if unknown:
        message = (
            f"the exchange lists no USDT perpetual {', '.join(sorted(unknown))}; correct --symbols"
        )
        raise MisconfiguredError(message)
    with unit_of_work(store.sessions) as session:
        instruments.remember(session, store.market, listed, now=now)


def _first_from(interval: Interval, moment: datetime) -> datetime:
    """Open time of the first candle that opens at or after a moment."""
    floor = interval.floor(moment)
    return floor if floor == moment else floor + interval.length

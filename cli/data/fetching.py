"""`data download`: from the exchange into the database."""

from datetime import datetime

from cli.data.market import PublicMarket, public_market
from cli.data.orders import Fetched, Order
from cli.data.store import OpenStore
from cli.progress import progress_bar
from config.environments import Environment
from config.settings import Settings
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
from trading.errors import MisconfiguredError


def fetch_from(
    settings: Settings, market: Environment | None, store: OpenStore, order: Order
) -> Fetched:
    """Store what the database lacks of the order, as the exchange of a market has it.

    Raises:
        MisconfiguredError: the exchange does not list one of the symbols.
        BadDataError: it sent something impossible.
        ExchangeError: it does not answer.
    """
    with public_market(settings, market, store.database_url) as exchange:
        return fetch(store.candles, exchange, order)


def fetch(store: StoredCandles, exchange: PublicMarket, order: Order) -> Fetched:
    """As `fetch_from`, of an exchange that is open."""
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
    with progress_bar(str(wish.name), count_missing(store, wish)) as bar:
        return download_candles(store, wish, exchange.candles, bar.advance)


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

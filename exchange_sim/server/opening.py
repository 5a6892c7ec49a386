"""Opens the exchange of some Settings: its market, its journal, and the account of its key."""

import json
from collections.abc import Mapping
from pathlib import Path

from exchange_sim.engine.exchange import Exchange, ExchangeRules
from exchange_sim.engine.journal import FileJournal, NoJournal
from exchange_sim.market.feed import Market
from exchange_sim.server.lazy_journal import LazyJournal
from exchange_sim.server.settings import ACCOUNT, Settings

DEFAULT_SYMBOLS = ("BTCUSDT", "ETHUSDT", "SOLUSDT")
_FORMAT = 1


def open_market(settings: Settings, now_ms: int) -> Market:
    """The replayed or synthetic market; `now_ms` is the start if none was chosen.

    An exchange that has a journal starts where that journal started.
    Raises: MarketDataError if the data is unusable.
    """
    if settings.data is not None:
        return Market.replay(settings.data, settings.symbols)
    chosen = settings.start_ms
    start_ms = chosen if chosen is not None else _former_start(settings.journal) or now_ms
    return Market.synthetic(settings.seed, settings.symbols or DEFAULT_SYMBOLS, start_ms)


def open_journal(settings: Settings, market: Market) -> LazyJournal:
    """The journal, locked and checked against these settings; without a file nothing is kept.

    Raises: JournalError if it is damaged, in use, or belongs to another market.
    """
    if settings.journal is None:
        return LazyJournal(NoJournal())
    return LazyJournal(FileJournal(settings.journal, _configuration(settings, market)))


def open_exchange(settings: Settings, market: Market, journal: LazyJournal) -> Exchange:
    """The exchange as its journal left it, with the account of the configured key."""
    rules = ExchangeRules(balance=settings.balance, keeps_events=True)
    exchange = Exchange(market, journal, rules=rules)
    exchange.open_account(ACCOUNT)
    return exchange


def _configuration(settings: Settings, market: Market) -> Mapping[str, str | int | bool]:
    """What must be the same for a journal to be repeatable."""
    return {
        "format": _FORMAT,
        "data": settings.data.resolve().name if settings.data else "",
        "seed": 0 if settings.data else settings.seed,
        "symbols": ",".join(market.symbols),
        "start_ms": market.start_ms,
        "balance": format(settings.balance, "f"),
    }


def _former_start(path: Path | None) -> int | None:
    """The start noted in the first line of a journal; None without a readable one.

    What is wrong with an unreadable journal is told when it is opened.
    """
    if path is None or not path.is_file():
        return None
    with path.open("rb") as file:
        line = file.readline()
    try:
        configuration = json.loads(line)
    except ValueError:
        return None
    start_ms = configuration.get("start_ms") if isinstance(configuration, dict) else None
    return start_ms if isinstance(start_ms, int) else None

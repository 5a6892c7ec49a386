"""Fetch what the database lacks of the market's past: page by page, each kept at once."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from db.queries.candle_holdings import missing_funding, missing_spans
from db.repositories import funding
from db.repositories.candle_batches import remember_candles
from db.unit_of_work import read_session, unit_of_work
from tasks.candle_store.ahead import ask_ahead
from tasks.candle_store.stored import StoredCandles
from trading.candle_series import SeriesName
from trading.candles import Candle
from trading.checks import require
from trading.errors import BadDataError
from trading.market import FundingRate

_PAGE: Final = 1000
"""Candles that the exchange gives at once (docs "Get Kline", read 2026-11-21)."""
_AT_ONCE: Final = 4
"""Pages asked for at the same time: an answer takes longer than our share of its limit."""

FetchCandles = Callable[[SeriesName, int, datetime], list[Candle]]
"""The last so many candles that were closed at a moment, oldest first; at most a page."""
FetchFunding = Callable[[str, datetime, datetime], list[FundingRate]]
"""The settled rates of a symbol between two moments, both inside."""
Told = Callable[[int], None]
"""Hears for how many more candles it is known what became of them."""
TimeSpan = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Wish:
    """Candles that are to be stored, opened from `since` to before `until`; both on the grid."""

    name: SeriesName
    since: datetime
    until: datetime

    def __post_init__(self) -> None:
        for moment in (self.since, self.until):
            require(
                moment == self.name.interval.floor(moment),
                f"{moment.isoformat()} is not on the grid of {self.name.interval}",
            )
        require(
            self.since < self.until,
            f"nothing of {self.name} to fetch from {self.since.isoformat()} to "
            f"{self.until.isoformat()}; the last candle is fetched when it has closed",
        )

    @property
    def count(self) -> int:
        """How many candles the wish is for."""
        return (self.until - self.since) // self.name.interval.length


@dataclass(frozen=True, slots=True)
class Downloaded:
    """What became of a wish. `unavailable`: the times that the exchange itself has no candles of.

    The first of them may be the time before the symbol was listed.
    """

    name: SeriesName
    new: int
    unavailable: tuple[TimeSpan, ...]

    @property
    def missing(self) -> int:
        """How many candles of the wish are not stored."""
        return sum((end - begin) // self.name.interval.length for begin, end in self.unavailable)


def count_missing(store: StoredCandles, wish: Wish) -> int:
    """How many candles of the wish are not stored."""
    return Downloaded(wish.name, 0, tuple(_missing(store, wish))).missing


def download_candles(
    store: StoredCandles, wish: Wish, fetch: FetchCandles, told: Told
) -> Downloaded:
    """Fetch and store the candles of the wish that are not stored yet, the newest first.

    Holes are asked for until an answer brings nothing more: a page may be cut short or lack rows
    that the next one has, so no hole is left where the exchange has candles. What was stored when
    it is interrupted stays and is not asked for again.

    Raises:
        BadDataError: the exchange sent a candle that is impossible.
        ExchangeError: it did not answer, after the repeats of a read.
    """
    new, hear = 0, told
    while holes := _missing(store, wish):
        came = sum(
            _fill(store, Wish(wish.name, *hole), fetch, hear, first=wish.since)
            for hole in reversed(holes)
        )
        new, hear = new + came, _deaf
        if not came:
            break
    store.has_grown(new)
    return Downloaded(wish.name, new, tuple(holes))


def download_funding(
    store: StoredCandles, symbol: str, since: datetime, until: datetime, fetch: FetchFunding
) -> int:
    """Fetch and store settled funding from `since` to before `until`; how many were new.

    Raises:
        BadDataError: the exchange sent a rate that is malformed.
        ExchangeError: it did not answer, after the repeats of a read.
    """
    with read_session(store.sessions) as session:
        spans = missing_funding(session, store.market, symbol, since, until)
    new = 0
    for begin, end in spans:
        rates = fetch(symbol, begin, end)
        with unit_of_work(store.sessions) as session:
            new += funding.remember(session, store.market, rates)
    return new


def _missing(store: StoredCandles, wish: Wish) -> list[TimeSpan]:
    with read_session(store.sessions) as session:
        return missing_spans(session, store.market, wish.name, wish.since, wish.until)


def _fill(
    store: StoredCandles, hole: Wish, fetch: FetchCandles, told: Told, *, first: datetime
) -> int:
    """Ask once for every candle of a hole, the newest first, and store what comes."""
    new = 0

    def ask(page: TimeSpan) -> list[Candle]:
        begin, end = page
        return fetch(hole.name, (end - begin) // hole.name.interval.length, end)

    for page, answer in ask_ahead(ask, _pages(hole), at_once=_AT_ONCE):
        candles = _inside(hole.name, page, answer)
        with unit_of_work(store.sessions) as session:
            new += remember_candles(session, store.market, hole.name, candles)
        begin, end = page
        if not candles and hole.since == first:
            # Before its first candle a symbol was not listed: there is nothing more to ask for.
            told((end - hole.since) // hole.name.interval.length)
            return new
        told((end - begin) // hole.name.interval.length)
    return new


def _pages(hole: Wish) -> Iterator[TimeSpan]:
    """The hole in pieces of a page at most, next to each other on the grid, the newest first."""
    end, longest = hole.until, _PAGE * hole.name.interval.length
    while hole.since < end:
        begin = max(hole.since, end - longest)
        yield begin, end
        end = begin


def _inside(name: SeriesName, page: TimeSpan, candles: list[Candle]) -> list[Candle]:
    """The candles that opened in the time of a page.

    Raises:
        BadDataError: one does not open on the grid.
    """
    for candle in candles:
        if candle.opened_at != name.interval.floor(candle.opened_at):
            message = (
                f"{name}: the exchange sent a candle of {candle.opened_at.isoformat()}, "
                "which is not on its grid; nothing of this page is stored"
            )
            raise BadDataError(message)
    begin, end = page
    return [candle for candle in candles if begin <= candle.opened_at < end]


def _deaf(_count: int) -> None:
    return None

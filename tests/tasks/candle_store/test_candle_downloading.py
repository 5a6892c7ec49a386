"""Downloads from the exchange as a process: complete, resumable, and honest about what lacks."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session, sessionmaker

from adapters.bybit.gateway import BybitGateway
from db.engine import open_engine
from db.unit_of_work import session_factory
from tasks.candle_store.downloading import (
    Downloaded,
    FetchCandles,
    Wish,
    count_missing,
    download_candles,
    download_funding,
)
from tasks.candle_store.stored import StoredCandles
from tests.fixtures.plotted_market import OPENS, STARTS
from tests.fixtures.simulator import Venue
from trading.candle_series import SeriesName
from trading.candles import Candle, Interval, require_complete
from trading.errors import BadDataError, ExchangeRetryableError, InvariantError
from trading.market import FundingRate

NAME = SeriesName("BTCUSDT", Interval.M5)
MINUTES = timedelta(minutes=5)
SINCE = OPENS - 2500 * MINUTES


@pytest.fixture(scope="module")
def sessions(desk_database_url: str) -> Iterator[sessionmaker[Session]]:
    with open_engine(desk_database_url) as engine:
        yield session_factory(engine)


@pytest.fixture
def store(sessions: sessionmaker[Session]) -> StoredCandles:
    """A market of this test alone in the shared database."""
    return StoredCandles(sessions, f"test-{uuid4().hex}")


@pytest.fixture
def ask(quiet_venue: Venue) -> FetchCandles:
    return asking(quiet_venue.gateway)


def asking(gateway: BybitGateway, *, at_most: int = 1000) -> FetchCandles:
    """The exchange's candles; it gives fewer at once than are asked for."""

    def fetch(name: SeriesName, count: int, now: datetime) -> list[Candle]:
        read = gateway.mark_candles if name.is_mark else gateway.candles
        return read(name.symbol, name.interval, count=count, now=now)[-at_most:]

    return fetch


def deaf(_count: int) -> None:
    return None


def stored(store: StoredCandles, name: SeriesName = NAME) -> int:
    return len((store.mark if name.is_mark else store.series)(name.symbol, name.interval))


@pytest.mark.parametrize("at_most", [1000, 999, 300])
def test_no_candle_lacks_at_the_border_of_two_pages(
    quiet_venue: Venue, store: StoredCandles, at_most: int
) -> None:
    heard: list[int] = []
    wish = Wish(NAME, SINCE, OPENS)
    assert count_missing(store, wish) == 2500
    fetch = asking(quiet_venue.gateway, at_most=at_most)
    assert download_candles(store, wish, fetch, heard.append) == Downloaded(NAME, 2500, ())
    assert sum(heard) == 2500
    series = store.series("BTCUSDT", Interval.M5)
    assert (len(series), series.missing) == (2500, 0)


def test_what_is_stored_is_what_the_exchange_tells(
    quiet_venue: Venue, store: StoredCandles, ask: FetchCandles
) -> None:
    hourly = SeriesName("ETHUSDT", Interval.H1)
    download_candles(store, Wish(hourly, OPENS - 9 * timedelta(hours=1), OPENS), ask, deaf)
    told = quiet_venue.gateway.candles("ETHUSDT", Interval.H1, count=9, now=OPENS)
    require_complete("ETHUSDT", told, interval=Interval.H1, count=9, now=OPENS)
    series = store.series("ETHUSDT", Interval.H1)
    for name in ("open", "high", "low", "close", "volume"):
        assert getattr(series, name).tolist() == [float(getattr(one, name)) for one in told]


def test_only_what_lacks_is_asked_for(store: StoredCandles, ask: FetchCandles) -> None:
    asked: list[tuple[int, datetime]] = []

    def fetch(name: SeriesName, count: int, now: datetime) -> list[Candle]:
        asked.append((count, now))
        return ask(name, count, now)

    middle = OPENS - 100 * MINUTES
    download_candles(store, Wish(NAME, middle, middle + 10 * MINUTES), fetch, deaf)
    asked.clear()
    wish = Wish(NAME, middle - 20 * MINUTES, OPENS)
    assert download_candles(store, wish, fetch, deaf).new == 110
    assert asked == [(90, OPENS), (20, middle)]
    asked.clear()
    assert download_candles(store, wish, fetch, deaf).new == 0
    assert asked == []


def test_what_came_before_an_interruption_stays(store: StoredCandles, ask: FetchCandles) -> None:
    def broken(name: SeriesName, count: int, now: datetime) -> list[Candle]:
        if now == OPENS - 2000 * MINUTES:
            raise KeyboardInterrupt
        return ask(name, count, now)

    wish = Wish(NAME, SINCE, OPENS)
    with pytest.raises(KeyboardInterrupt):
        download_candles(store, wish, broken, deaf)
    assert count_missing(store, wish) == 500
    assert download_candles(store, wish, ask, deaf).new == 500


def test_rows_that_an_answer_left_out_come_with_the_second_question(
    quiet_venue: Venue, store: StoredCandles, ask: FetchCandles
) -> None:
    quiet_venue.fault("kline.gap", count=1, n=7)
    try:
        wish = Wish(NAME, SINCE, OPENS)
        assert download_candles(store, wish, ask, deaf) == Downloaded(NAME, 2500, ())
    finally:
        quiet_venue.faults_off()


@pytest.mark.parametrize("fault", ["kline.dup", "kline.unsorted"])
def test_a_page_in_disorder_is_stored_in_order(
    quiet_venue: Venue, store: StoredCandles, ask: FetchCandles, fault: str
) -> None:
    quiet_venue.fault(fault)
    try:
        wish = Wish(NAME, OPENS - 50 * MINUTES, OPENS)
        assert download_candles(store, wish, ask, deaf) == Downloaded(NAME, 50, ())
    finally:
        quiet_venue.faults_off()


def test_the_time_before_the_listing_is_told(store: StoredCandles, ask: FetchCandles) -> None:
    heard: list[int] = []
    early = STARTS - 5000 * MINUTES
    wish = Wish(NAME, early, STARTS + 10 * MINUTES)
    done = download_candles(store, wish, ask, heard.append)
    assert done == Downloaded(NAME, 10, ((early, STARTS),))
    assert (done.missing, sum(heard)) == (5000, 5010)


def test_mark_prices_are_stored_apart(store: StoredCandles, ask: FetchCandles) -> None:
    mark = SeriesName("BTCUSDT", Interval.M5, is_mark=True)
    for name in (NAME, mark):
        download_candles(store, Wish(name, OPENS - 20 * MINUTES, OPENS), ask, deaf)
    assert (stored(store), stored(store, mark)) == (20, 20)
    assert store.mark("BTCUSDT", Interval.M5).volume.tolist() == [0.0] * 20


def test_candles_that_nobody_asked_for_are_not_stored(
    store: StoredCandles, ask: FetchCandles
) -> None:
    def generous(name: SeriesName, count: int, now: datetime) -> list[Candle]:
        return ask(name, count + 5, now + 5 * MINUTES)

    wish = Wish(NAME, OPENS - 20 * MINUTES, OPENS - 10 * MINUTES)
    assert download_candles(store, wish, generous, deaf).new == 10
    assert stored(store) == 10


def test_a_candle_off_the_grid_is_refused(store: StoredCandles, ask: FetchCandles) -> None:
    other = SeriesName("BTCUSDT", Interval.H1)

    def confused(_name: SeriesName, count: int, now: datetime) -> list[Candle]:
        return ask(NAME, count, now)

    with pytest.raises(BadDataError, match="which is not on its grid"):
        download_candles(store, Wish(other, OPENS - 9 * timedelta(hours=1), OPENS), confused, deaf)


def test_an_exchange_that_does_not_answer_is_an_error(store: StoredCandles) -> None:
    def away(_name: SeriesName, _count: int, _now: datetime) -> list[Candle]:
        raise ExchangeRetryableError("nobody there")

    with pytest.raises(ExchangeRetryableError):
        download_candles(store, Wish(NAME, SINCE, OPENS), away, deaf)


@pytest.mark.parametrize(
    ("since", "until", "says"),
    [
        (OPENS, OPENS, "nothing of BTCUSDT 5m to fetch"),
        (OPENS + timedelta(seconds=1), OPENS + MINUTES, "not on the grid of 5m"),
    ],
)
def test_an_impossible_wish_is_refused(since: datetime, until: datetime, says: str) -> None:
    with pytest.raises(InvariantError, match=says):
        Wish(NAME, since, until)


def test_funding_is_fetched_once(quiet_venue: Venue, store: StoredCandles) -> None:
    asked: list[tuple[datetime, datetime]] = []

    def fetch(symbol: str, since: datetime, until: datetime) -> list[FundingRate]:
        asked.append((since, until))
        return quiet_venue.gateway.funding_history(symbol, since=since, until=until)

    day = timedelta(days=1)
    begin, end = STARTS + 2 * day, STARTS + 9 * day
    assert download_funding(store, "BTCUSDT", begin, end - 3 * day, fetch) == 4 * 3 + 1
    assert download_funding(store, "BTCUSDT", begin, end, fetch) == 9
    assert asked[-1] == (end - 3 * day, end)
    settled, _ = store.funding("BTCUSDT")
    assert len(settled) == 22

"""What others fetched is judged before it is stored; what is stored can be read and checked."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy.orm import Session, sessionmaker

from adapters.candle_files.series_cache import SeriesCache
from db.repositories import candle_batches
from tasks.candle_store import stored
from tasks.candle_store.checking import Checked, check_stored
from tasks.candle_store.importing import judge_import, store_candles, store_funding
from tasks.candle_store.source import data_hash, load_funding, load_series
from tasks.candle_store.stored import StoredCandles
from trading.candle_columns import CandleColumns, milliseconds_of
from trading.candle_faults import Fault
from trading.candle_series import SeriesName
from trading.candles import Interval
from trading.errors import BadDataError

START = datetime(2026, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
NOW = START + 10 * HOUR
NAME = SeriesName("BTCUSDT", Interval.H1)


@pytest.fixture
def store(session_factory: sessionmaker[Session]) -> StoredCandles:
    return StoredCandles(session_factory, "paper")


def columns(count: int) -> CandleColumns:
    opened = milliseconds_of(START) + np.arange(count, dtype=np.int64) * 3_600_000
    price = 100.0 + np.arange(count) * 0.01
    return CandleColumns(opened, price, price + 1, price - 1, price, np.full(count, 2.0))


def kept(store: StoredCandles, made: CandleColumns, name: SeriesName = NAME) -> int:
    return store_candles(store, judge_import(name, made, now=NOW))


def test_good_candles_are_stored_in_batches(
    store: StoredCandles, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(candle_batches, "LARGEST_BATCH", 4)
    monkeypatch.setattr(stored, "LARGEST_BATCH", 4)
    assert kept(store, columns(10)) == 10
    assert load_series(store, "BTCUSDT", Interval.H1).close.tolist() == columns(10).close.tolist()
    assert kept(store, columns(10)) == 0


def test_a_last_candle_that_is_not_closed_is_left_out(store: StoredCandles) -> None:
    judged = judge_import(NAME, columns(11), now=NOW)
    assert (len(judged.columns), judged.is_cut) == (10, True)
    with pytest.raises(BadDataError, match=r"row 11: .* is not closed at .* \(2 such rows\)"):
        judge_import(NAME, columns(12), now=NOW)
    with pytest.raises(BadDataError, match="there is no closed candle"):
        judge_import(NAME, columns(1), now=START)


def test_an_impossible_row_refuses_all_and_is_named(store: StoredCandles) -> None:
    made = columns(5)
    made.low[2] = -1.0
    with pytest.raises(BadDataError, match=r"BTCUSDT 1h: row 3: the candle of 2026-01-01T02:00"):
        judge_import(NAME, made, now=NOW)
    with pytest.raises(BadDataError, match=r"row 3: .* comes twice"):
        judge_import(NAME, columns(5).rows(np.array([0, 1, 2, 2, 3])), now=NOW)


def test_a_gap_is_told_and_stored(store: StoredCandles) -> None:
    judged = judge_import(NAME, columns(10).rows(np.array([0, 1, 7, 8, 9])), now=NOW)
    assert [finding.fault for finding in judged.findings] == [Fault.GAP]
    assert store_candles(store, judged) == 5
    (checked,) = check_stored(store, {"BTCUSDT"}, now=NOW)
    assert checked.name == NAME
    assert [finding.fault for finding in checked.findings] == [Fault.GAP]


def test_all_that_is_stored_is_checked(store: StoredCandles) -> None:
    mark = SeriesName("ETHUSDT", Interval.H1, is_mark=True)
    kept(store, columns(10))
    kept(store, replace(columns(10), volume=np.zeros(10)), mark)
    assert check_stored(store, None, now=NOW) == [Checked(NAME, ()), Checked(mark, ())]
    with pytest.raises(BadDataError, match="nothing is stored of SOLUSDT in market paper"):
        check_stored(store, {"BTCUSDT", "SOLUSDT"}, now=NOW)


def test_funding_is_stored_once_and_never_before_it_is_settled(store: StoredCandles) -> None:
    settled = columns(9).opened_ms[::8]
    rates = np.array([0.0001, -0.00015])
    assert store_funding(store, "BTCUSDT", settled, rates, now=NOW) == 2
    assert store_funding(store, "BTCUSDT", settled, rates, now=NOW) == 0
    assert store_funding(store, "BTCUSDT", settled[:0], rates[:0], now=NOW) == 0
    read = load_funding(store, "BTCUSDT", since=START + HOUR)
    assert [column.tolist() for column in read] == [[settled[1]], [-0.00015]]
    with pytest.raises(BadDataError, match="is not settled"):
        store_funding(store, "BTCUSDT", settled, rates, now=START + 7 * HOUR)


def test_what_is_not_stored_is_told_with_how_to_get_it(store: StoredCandles) -> None:
    kept(store, columns(10))
    with pytest.raises(
        BadDataError, match="data download --market paper --symbols ETHUSDT --time"
    ):
        store.series("ETHUSDT", Interval.H1)
    with pytest.raises(BadDataError, match="--from 2026-02-01 --mark"):
        store.mark("BTCUSDT", Interval.H1, since=datetime(2026, 2, 1, tzinfo=UTC))
    assert store.name == "database (paper)"


def test_a_cache_is_asked_and_never_stale(
    session_factory: sessionmaker[Session], tmp_path: Path
) -> None:
    store = StoredCandles(session_factory, "paper", SeriesCache(tmp_path).remember)
    kept(store, columns(5))
    first = store.series("BTCUSDT", Interval.H1)
    again = store.series("BTCUSDT", Interval.H1)
    assert data_hash([first]) == data_hash([again])
    assert len(list(tmp_path.iterdir())) == 1
    kept(store, columns(10))
    assert len(store.series("BTCUSDT", Interval.H1)) == 10
    assert len(store.series("BTCUSDT", Interval.H1, until=START + 3 * HOUR)) == 3


def test_a_hash_differs_with_any_number_and_name() -> None:
    series = columns(5).as_series(NAME)
    other = columns(5)
    other.volume[4] += 1e-9
    hashes = {
        data_hash([series]),
        data_hash([series, series]),
        data_hash([other.as_series(NAME)]),
        data_hash([columns(5).as_series(SeriesName("ETHUSDT", Interval.H1))]),
    }
    assert len(hashes) == 4
    assert data_hash([columns(5).as_series(NAME)]) == data_hash([series])


def test_lengths_that_are_stored_are_known_without_reading_a_candle(store: StoredCandles) -> None:
    assert store.intervals("BTCUSDT") == frozenset()
    kept(store, columns(10))
    kept(store, columns(10), replace(NAME, symbol="ETHUSDT"))
    mark = replace(columns(1), volume=np.zeros(1))
    kept(store, mark, SeriesName("BTCUSDT", Interval.M15, is_mark=True))
    assert store.intervals("BTCUSDT") == {Interval.H1}
    assert replace(store, market="live").intervals("BTCUSDT") == frozenset()

"""A folder of files answers like the database, and refuses what it cannot tell apart."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from adapters.candle_files.folder import FolderCandles
from adapters.candle_files.writing import write_candles, write_funding
from trading.backtest.bars import BarSeries
from trading.candle_series import Holding, SeriesName
from trading.candles import Interval
from trading.errors import BadDataError

START = datetime(2026, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
START_MS = 1_767_225_600_000


@pytest.fixture
def folder(tmp_path: Path, hourly: BarSeries) -> FolderCandles:
    """Candles, mark prices and funding of one symbol."""
    write_candles(tmp_path / "BTCUSDT_1h.parquet", hourly)
    write_candles(tmp_path / "BTCUSDT_1h_mark.csv", hourly)
    rates = np.array([0.0001, -0.0001])
    write_funding(tmp_path / "BTCUSDT_funding.feather", START_MS + np.array([0, 7_200_000]), rates)
    (tmp_path / "notes.txt").write_text("not a table")
    return FolderCandles(tmp_path)


def test_candles_of_a_time_are_read(folder: FolderCandles, hourly: BarSeries) -> None:
    whole = folder.series("BTCUSDT", Interval.H1)
    assert whole.close.tolist() == hourly.close.tolist()
    part = folder.series("BTCUSDT", Interval.H1, since=START + HOUR, until=START + 2 * HOUR)
    assert part.opened_ms.tolist() == [START_MS + 3_600_000]
    assert folder.mark("BTCUSDT", Interval.H1).volume.tolist() == [0.0, 0.0, 0.0]
    assert folder.name == f"folder {folder.folder.name}"


def test_funding_of_a_time_is_read_and_may_be_none(folder: FolderCandles) -> None:
    settled, rates = folder.funding("BTCUSDT", since=START + HOUR)
    assert (settled.tolist(), rates.tolist()) == ([START_MS + 7_200_000], [-0.0001])
    assert [len(column) for column in folder.funding("ETHUSDT")] == [0, 0]


def test_what_is_there_is_listed(folder: FolderCandles) -> None:
    name = SeriesName("BTCUSDT", Interval.H1)
    mark = SeriesName("BTCUSDT", Interval.H1, is_mark=True)
    (folder.folder / "ETHUSDT_1h.csv").write_text("ts_ms,open,high,low,close,volume\n")
    ends = (START, START + 2 * HOUR, 3)
    assert folder.holdings() == [Holding(name, *ends), Holding(mark, *ends)]


def test_lengths_are_known_by_name_where_one_file_holds_them(folder: FolderCandles) -> None:
    (folder.folder / "BTCUSDT_15m.csv").write_text("never opened")
    (folder.folder / "BTCUSDT-1m-2026-01.csv").write_text("two that hold")
    (folder.folder / "BTCUSDT-1m-2026-02.csv").write_text("the same")
    assert folder.intervals("BTCUSDT") == {Interval.M15, Interval.H1}
    assert folder.intervals("ETHUSDT") == frozenset()


def test_what_is_not_there_is_told_with_what_is(folder: FolderCandles) -> None:
    with pytest.raises(
        BadDataError, match="no file holds ETHUSDT 1h; the folder has BTCUSDT 1h, "
    ):
        folder.series("ETHUSDT", Interval.H1)
    with pytest.raises(BadDataError, match=r"no candle from 2027.*has 2026-01-01T00:00:00\+00:00"):
        folder.series("BTCUSDT", Interval.H1, since=START.replace(year=2027))
    (folder.folder / "SOLUSDT_1h.csv").write_text("ts_ms,open,high,low,close,volume\n")
    with pytest.raises(BadDataError, match="no candle from the beginning to now; the file is emp"):
        folder.series("SOLUSDT", Interval.H1)
    with pytest.raises(BadDataError, match="is no folder"):
        FolderCandles(folder.folder / "nowhere").holdings()


def test_two_files_of_one_series_are_refused(folder: FolderCandles, hourly: BarSeries) -> None:
    write_candles(folder.folder / "BTCUSDT_1h.csv", hourly)
    with pytest.raises(BadDataError, match=r"BTCUSDT_1h.csv and BTCUSDT_1h.parquet hold the same"):
        folder.series("BTCUSDT", Interval.H1)


def test_an_impossible_candle_is_refused(folder: FolderCandles) -> None:
    head = "ts_ms,open,high,low,close,volume\n"
    (folder.folder / "ETHUSDT_1h.csv").write_text(f"{head}{START_MS},10,9,9,10,1\n")
    with pytest.raises(BadDataError, match="opens or closes outside its high and low"):
        folder.series("ETHUSDT", Interval.H1)


@pytest.mark.realdata
def test_real_folders_are_read_without_a_complaint() -> None:
    place = os.environ.get("AUTOTRADER_REAL_DATA")
    if not place:
        pytest.skip("AUTOTRADER_REAL_DATA does not name the folder of real candles")
    missing = {}
    for folder in sorted((Path(place) / "candles").iterdir()):
        source = FolderCandles(folder)
        held = source.holdings()
        assert held, folder
        for one in held:
            read = source.mark if one.name.is_mark else source.series
            assert len(read(one.name.symbol, one.name.interval)) == one.rows
        missing[folder.name] = sum(one.missing for one in held)
    assert {name: count for name, count in missing.items() if count} == {
        "gappy_binance_usdm": 1000,
        "gappy_bybit": 14,
    }

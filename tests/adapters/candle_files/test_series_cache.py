"""What was read once is not read again, and nothing stale or broken is ever given."""

import logging
from pathlib import Path

import pytest

from adapters.candle_files.series_cache import SeriesCache
from trading.backtest.bars import BarSeries
from trading.candle_series import SeriesName
from trading.candles import Interval
from trading.errors import BadDataError

NAME = SeriesName("BTCUSDT", Interval.H1)


class Reads:
    """Reads a series and counts how often."""

    def __init__(self, series: BarSeries) -> None:
        self.series = series
        self.count = 0

    def __call__(self) -> BarSeries:
        self.count += 1
        return self.series


@pytest.fixture
def cache(tmp_path: Path) -> SeriesCache:
    return SeriesCache(tmp_path / "deep" / "candles")


def test_the_second_time_nothing_is_read(cache: SeriesCache, hourly: BarSeries) -> None:
    reads = Reads(hourly)
    first = cache.remember(NAME, "paper", "3 rows", reads)
    second = cache.remember(NAME, "paper", "3 rows", reads)
    assert reads.count == 1
    assert first is hourly
    for column in ("opened_ms", "open", "high", "low", "close", "volume"):
        assert getattr(second, column).tolist() == getattr(hourly, column).tolist()
    assert (second.symbol, second.interval) == ("BTCUSDT", Interval.H1)


@pytest.mark.parametrize(
    ("name", "place", "content"),
    [
        (SeriesName("ETHUSDT", Interval.H1), "paper", "3 rows"),
        (SeriesName("BTCUSDT", Interval.H1, is_mark=True), "paper", "3 rows"),
        (NAME, "live", "3 rows"),
        (NAME, "paper", "4 rows"),
    ],
)
def test_what_differs_in_anything_is_read(
    cache: SeriesCache, hourly: BarSeries, name: SeriesName, place: str, content: str
) -> None:
    reads = Reads(hourly)
    cache.remember(NAME, "paper", "3 rows", reads)
    cache.remember(name, place, content, reads)
    assert reads.count == 2


def test_the_file_of_an_older_content_goes(cache: SeriesCache, hourly: BarSeries) -> None:
    for content in ("1 row", "2 rows", "3 rows"):
        cache.remember(NAME, "paper", content, Reads(hourly))
    cache.remember(NAME, "live", "1 row", Reads(hourly))
    assert len(list(cache.folder.iterdir())) == 2


@pytest.mark.parametrize("damage", [b"", b"PAR1 half of a file", None])
def test_a_broken_file_is_deleted_and_read_again(
    cache: SeriesCache, hourly: BarSeries, damage: bytes | None, caplog: pytest.LogCaptureFixture
) -> None:
    reads = Reads(hourly)
    cache.remember(NAME, "paper", "3 rows", reads)
    (path,) = cache.folder.iterdir()
    path.write_bytes(path.read_bytes()[:-20] if damage is None else damage)
    with caplog.at_level(logging.WARNING):
        assert cache.remember(NAME, "paper", "3 rows", reads) is hourly
    assert "broken file of the candle cache is deleted" in caplog.text
    cache.remember(NAME, "paper", "3 rows", reads)
    assert reads.count == 2


def test_a_folder_that_cannot_be_written_costs_time_only(
    tmp_path: Path, hourly: BarSeries, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "candles").write_text("a file where the folder would be")
    cache = SeriesCache(tmp_path / "candles")
    with caplog.at_level(logging.WARNING):
        assert cache.remember(NAME, "paper", "3 rows", Reads(hourly)) is hourly
    assert "candles are not cached" in caplog.text


def test_what_cannot_be_read_is_not_kept(cache: SeriesCache) -> None:
    def refuse() -> BarSeries:
        raise BadDataError("nothing stored")

    with pytest.raises(BadDataError):
        cache.remember(NAME, "paper", "0 rows", refuse)
    assert not cache.folder.exists()

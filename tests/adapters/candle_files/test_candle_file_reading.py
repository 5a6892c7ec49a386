"""Files of this desk, of ccxt, freqtrade and Binance become the same columns."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet
import pytest

from adapters.candle_files.names import FileKind, FileName, file_stem, parse_name
from adapters.candle_files.reading import read_candles, read_funding
from adapters.candle_files.tables import write_table
from adapters.candle_files.writing import write_candles, write_funding
from trading.backtest.bars import BarSeries
from trading.candles import Interval
from trading.errors import BadDataError

Write = Callable[[str, str], Path]

START_MS = 1_767_225_600_000  # 2026-01-01 UTC
HOUR_MS = 3_600_000
TIMES = [START_MS, START_MS + HOUR_MS]
PRICES = {"open": [10.0, 10.5], "high": [11.0, 12.0], "low": [9.0, 10.0], "close": [10.5, 11.0]}
VOLUME = {"volume": [1.0, 2.0]}
HEAD = "ts_ms,open,high,low,close,volume\n"
ROWS = ("10,11,9,10.5,1", "10.5,12,10,11,2")

NAMES = {
    "BTCUSDT_15m.parquet": FileName("BTCUSDT", Interval.M15, FileKind.LAST),
    "BTCUSDT_1h_mark.csv": FileName("BTCUSDT", Interval.H1, FileKind.MARK),
    "BTCUSDT_15m_spot_note.csv": FileName("BTCUSDT", Interval.M15, FileKind.LAST),
    "1000PEPEUSDT_funding.feather": FileName("1000PEPEUSDT", None, FileKind.FUNDING),
    "BTC_USDT_USDT-15m-futures.feather": FileName("BTCUSDT", Interval.M15, FileKind.LAST),
    "BTC_USDT_USDT-1h-mark.feather": FileName("BTCUSDT", Interval.H1, FileKind.MARK),
    "BTC_USDT_USDT-8h-funding_rate.feather": FileName("BTCUSDT", None, FileKind.FUNDING),
    "BTCUSDT-1m-2024-01.csv": FileName("BTCUSDT", Interval.M1, FileKind.LAST),
    "BTCUSDT.csv": FileName("BTCUSDT", None, FileKind.LAST),
    "BTCUSDT_30m.csv": FileName("BTCUSDT", None, FileKind.LAST),
    "candles.csv": FileName(None, None, FileKind.LAST),
}


@pytest.mark.parametrize(("name", "meant"), NAMES.items())
def test_a_name_says_what_its_author_meant(name: str, meant: FileName) -> None:
    assert parse_name(Path(name)) == meant


@pytest.mark.parametrize("kind", FileKind)
def test_a_name_of_ours_is_understood_again(kind: FileKind) -> None:
    interval = None if kind is FileKind.FUNDING else Interval.H4
    stem = file_stem("ETHUSDT", kind, interval)
    assert parse_name(Path(f"{stem}.parquet")) == FileName("ETHUSDT", interval, kind)


def is_expected(path: Path) -> None:
    columns = read_candles(path)
    assert columns.opened_ms.tolist() == TIMES
    for name, cells in (PRICES | VOLUME).items():
        assert getattr(columns, name).tolist() == cells
    assert len(columns) == 2


def moments(unit: str, zone: str | None) -> pa.Array:
    at = [datetime.fromtimestamp(ms / 1000, UTC) for ms in TIMES]
    return pa.array(at, pa.timestamp(unit, tz=zone))


TIME_COLUMNS = {
    "milliseconds": ("ts_ms", TIMES),
    "seconds": ("timestamp", [ms // 1000 for ms in TIMES]),
    "microseconds": ("open_time", [ms * 1000 for ms in TIMES]),
    "nanoseconds": ("time", [ms * 1_000_000 for ms in TIMES]),
    "float milliseconds": ("Timestamp", [float(ms) for ms in TIMES]),
    "moments of freqtrade": ("date", moments("ns", "UTC")),
    "moments without a zone": ("datetime", moments("us", None)),
    "moments of another zone": ("date", moments("ms", "Asia/Tokyo")),
    "words": ("date", ["2026-01-01 00:00:00", "2026-01-01 01:00:00"]),
    "words with a zone": ("Open time", ["2026-01-01T00:00:00Z", "2026-01-01T02:00:00+01:00"]),
}


@pytest.mark.parametrize("suffix", ["parquet", "feather"])
@pytest.mark.parametrize(("name", "times"), TIME_COLUMNS.values(), ids=TIME_COLUMNS.keys())
def test_times_of_every_kind_are_the_same_times(
    name: str, times: list[int], suffix: str, tmp_path: Path
) -> None:
    table = pa.table({name: times, **PRICES, **VOLUME})
    path = tmp_path / f"BTCUSDT_1h.{suffix}"
    (pyarrow.parquet.write_table if suffix == "parquet" else pyarrow.feather.write_feather)(
        table, path
    )
    is_expected(path)


CSV = {
    "ccxt": "timestamp,open,high,low,close,volume\n{0},{2}\n{1},{3}\n",
    "without a header": "{0},{2},9,9\n{1},{3},9,9\n",
    "Binance": "open_time,open,high,low,close,volume,close_time,count\n{0},{2},9,9\n{1},{3},9,9\n",
    "in capitals": "Time,Open,High,Low,Close,Volume\n{0},{2}\n{1},{3}\n",
    "newest first": "ts_ms,open,high,low,close,volume\n{1},{3}\n{0},{2}\n",
}


@pytest.mark.parametrize("text", CSV.values(), ids=CSV.keys())
def test_text_of_every_author_is_understood(text: str, write: Write) -> None:
    is_expected(write("BTCUSDT_1h.csv", text.format(*TIMES, *ROWS)))


def test_decimals_may_come_late(write: Write) -> None:
    many = 40_000  # more than Arrow looks at to tell a column of whole numbers
    rows = "".join(f"{START_MS + hour * HOUR_MS},10,11,9,10,7\n" for hour in range(many))
    path = write("BTCUSDT_1h.csv", f"{HEAD}{rows}{START_MS + many * HOUR_MS},10,11,9,10.5,7.5\n")
    assert read_candles(path).close[-1] == 10.5


def test_words_for_prices_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pyarrow.parquet.write_table(pa.table({"ts_ms": TIMES, **PRICES, "volume": ["x", "y"]}), path)
    with pytest.raises(BadDataError, match="volume is no column of numbers"):
        read_candles(path)


def test_a_time_that_is_no_number_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    times = [float(TIMES[0]), float("nan")]
    pyarrow.parquet.write_table(pa.table({"ts_ms": times, **PRICES, **VOLUME}), path)
    with pytest.raises(BadDataError, match="row 2: the time nan is none"):
        read_candles(path)


def test_prices_that_are_words_for_numbers_are_numbers(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    words = {name: [str(cell) for cell in cells] for name, cells in (PRICES | VOLUME).items()}
    pyarrow.parquet.write_table(pa.table({"startTime": [str(at) for at in TIMES], **words}), path)
    with pytest.raises(BadDataError, match="no column for the open time"):
        read_candles(path)
    pyarrow.parquet.write_table(pa.table({"ts_ms": TIMES, **words}), path)
    is_expected(path)


def test_mark_prices_need_no_volume(write: Write) -> None:
    path = write("BTCUSDT_1h_mark.csv", f"ts_ms,open,high,low,close\n{START_MS},10,11,9,10\n")
    assert read_candles(path, has_volume=False).volume.tolist() == [0.0]
    with pytest.raises(BadDataError, match="no column for volume"):
        read_candles(path)


@pytest.mark.parametrize("suffix", ["parquet", "feather", "csv"])
def test_what_is_written_is_read_again(hourly: BarSeries, suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"BTCUSDT_1h.{suffix}"
    write_candles(path, hourly)
    read = read_candles(path)
    for name in ("opened_ms", "open", "high", "low", "close", "volume"):
        assert getattr(read, name).tolist() == getattr(hourly, name).tolist()
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


FUNDING = {
    "ours": "ts_ms,funding_rate\n",
    "Binance": "calc_time,last_funding_rate\n",
    "Bybit": "fundingRateTimestamp,fundingRate\n",
    "freqtrade": "date,open\n",
}


@pytest.mark.parametrize("head", FUNDING.values(), ids=FUNDING.keys())
def test_funding_of_every_author_is_understood_and_sorted(head: str, write: Write) -> None:
    path = write("x_funding.csv", f"{head}{TIMES[1]},-0.0002\n{TIMES[0]},0.0001\n")
    settled, rates = read_funding(path)
    assert (settled.tolist(), rates.tolist()) == (TIMES, [0.0001, -0.0002])


def test_funding_that_is_written_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "BTCUSDT_funding.parquet"
    write_funding(path, np.array(TIMES), np.array([0.0001, -0.0001]))
    assert read_funding(path)[1].tolist() == [0.0001, -0.0001]


BROKEN = {
    "no such column": ("a.csv", "when,open\n1,2\n", "no column for the open time: found when, o"),
    "no price": ("a.csv", f"ts_ms,open,high,low,volume\n{START_MS},1,2,3,4\n", "for close"),
    "words": ("a.csv", f"{HEAD}{START_MS},x,1,1,1,1\n", "Row #2: CSV conversion error to double"),
    "an empty time": ("a.csv", f"{HEAD}{START_MS},1,1,1,1,1\n,1,1,1,1,1\n", "row 2: the time is"),
    "no time": ("a.csv", f"{HEAD}soon,1,1,1,1,1\n", "times such as soon are not understood"),
    "another century": ("a.csv", f"{HEAD}12345,1,1,1,1,1\n", "row 1: its time is not of the ye"),
    "half a line": ("a.csv", f"{HEAD}{START_MS},1,1\n", "half-written"),
    "no table": ("a.parquet", "candles", "a.parquet: cannot be read"),
    "nothing": ("a.csv", "", "cannot be read"),
    "a spreadsheet": ("a.xlsx", "", "allowed are .parquet, .feather, .csv"),
}


@pytest.mark.parametrize(("name", "text", "says"), BROKEN.values(), ids=BROKEN.keys())
def test_a_file_that_cannot_be_read_is_refused_in_words(
    name: str, text: str, says: str, write: Write
) -> None:
    with pytest.raises(BadDataError, match=says):
        read_candles(write(name, text))


def test_prices_of_single_precision_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    single = {name: pa.array(cells, pa.float32()) for name, cells in PRICES.items()}
    pyarrow.parquet.write_table(pa.table({"ts_ms": TIMES, **single, **VOLUME}), path)
    with pytest.raises(BadDataError, match="store prices as float64"):
        read_candles(path)


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        (f"{TIMES[0]},0.1\n{TIMES[1]},1.5\n", "row 2: its rate is no fraction"),
        (f"{TIMES[0]},0.1\n{TIMES[0]},0.1\n", "row 2: its time comes twice"),
    ],
)
def test_impossible_funding_is_refused(rows: str, says: str, write: Write) -> None:
    with pytest.raises(BadDataError, match=says):
        read_funding(write("BTCUSDT_funding.csv", f"ts_ms,funding_rate\n{rows}"))


def test_an_unknown_kind_of_file_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(BadDataError, match="its kind is not known"):
        write_table(tmp_path / "a.txt", {"a": np.zeros(1)})


def test_a_disk_that_is_full_leaves_no_half_file(
    tmp_path: Path, hourly: BarSeries, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "BTCUSDT_1h.parquet"
    write_candles(path, hourly)
    before = path.read_bytes()

    def full(_self: Path, _target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space"):
        write_candles(path, hourly)
    assert [one.name for one in tmp_path.iterdir()] == [path.name]
    assert path.read_bytes() == before

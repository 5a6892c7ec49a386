"""Files into the database and out again: nothing is lost, and nothing is made up."""

import os
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy.orm import Session, sessionmaker

from adapters.candle_files.folder import FolderCandles
from adapters.candle_files.writing import write_funding
from cli.data.files import Imported, Meant, Written, export_all, import_file
from tasks.candle_store.checking import check_stored
from tasks.candle_store.source import data_hash
from tasks.candle_store.stored import StoredCandles
from trading.candle_faults import REMARKS
from trading.candle_series import SeriesName, Span
from trading.candles import Interval
from trading.errors import MisconfiguredError

HOUR_MS = 3_600_000
START_MS = 1_767_225_600_000  # 2026-01-01 UTC
NOW = datetime(2026, 2, 1, tzinfo=UTC)
UNSAID = Meant(None, None)
HEAD = "ts_ms,open,high,low,close,volume\n"


@pytest.fixture
def store(session_factory: sessionmaker[Session]) -> StoredCandles:
    return StoredCandles(session_factory, "paper")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Candles, mark prices and funding of one symbol."""
    rows = [f"{START_MS + hour * HOUR_MS},10,11,9,10.5,{hour}" for hour in range(5)]
    (tmp_path / "BTCUSDT_1h.csv").write_text(HEAD + "\n".join(rows))
    mark = [row.rpartition(",")[0] for row in rows]
    (tmp_path / "BTCUSDT_1h_mark.csv").write_text("ts_ms,open,high,low,close\n" + "\n".join(mark))
    settled = START_MS + 8 * HOUR_MS * np.arange(3)
    write_funding(tmp_path / "BTCUSDT_funding.parquet", settled, np.array([1e-4, -2e-4, 0.0]))
    return tmp_path


def test_each_kind_of_file_is_stored_as_what_it_is(store: StoredCandles, folder: Path) -> None:
    done = [import_file(store, path, UNSAID, NOW) for path in sorted(folder.iterdir())]
    assert done == [
        Imported("BTCUSDT_1h.csv", "BTCUSDT 1h", 5, 5, ()),
        Imported("BTCUSDT_1h_mark.csv", "BTCUSDT 1h mark", 5, 5, ()),
        Imported("BTCUSDT_funding.parquet", "BTCUSDT funding", 3, 3, ()),
    ]
    out = folder / "out"
    out.mkdir()
    names = [SeriesName("BTCUSDT", Interval.H1), SeriesName("BTCUSDT", Interval.H1, is_mark=True)]
    written = export_all(store, names[:1], Span(), out, ".feather")
    assert written == [
        Written(str(out / "BTCUSDT_1h.feather"), 5),
        Written(str(out / "BTCUSDT_funding.feather"), 3),
    ]
    export_all(store, names[1:], Span(), out, ".csv")
    there, here = FolderCandles(out), FolderCandles(folder)
    assert there.holdings() == here.holdings()
    assert data_hash([there.series("BTCUSDT", Interval.H1)]) == data_hash(
        [here.series("BTCUSDT", Interval.H1)]
    )


def test_the_owner_s_words_win_over_the_name(store: StoredCandles, folder: Path) -> None:
    path = folder / "BTCUSDT_1h.csv"
    done = import_file(store, path, Meant("ETHUSDT", None), NOW)
    assert (done.contents, done.new) == ("ETHUSDT 1h", 5)
    refused = import_file(store, path, Meant(None, Interval.H4), NOW).refused
    assert "does not open on the grid of 4h" in refused


@pytest.mark.parametrize(
    ("name", "option"),
    [("x.csv", "--symbol"), ("BTCUSDT.csv", "--timeframe"), ("funding.csv", "--symbol")],
)
def test_what_nobody_says_is_asked_for(folder: Path, name: str, option: str) -> None:
    path = (folder / "BTCUSDT_1h.csv").rename(folder / name)
    done = import_file(None, path, UNSAID, NOW)
    assert (done.rows, done.new) == (0, None)
    assert done.refused.endswith(f"give {option}")


def test_an_open_last_candle_is_left_out_with_a_word(folder: Path) -> None:
    now = datetime(2026, 1, 1, 4, 30, tzinfo=UTC)
    done = import_file(None, folder / "BTCUSDT_1h.csv", UNSAID, now)
    assert (done.rows, done.remarks) == (4, ("the last row was not closed yet and is left out",))


def test_a_folder_that_cannot_be_written_to_is_told(store: StoredCandles, folder: Path) -> None:
    import_file(store, folder / "BTCUSDT_1h.csv", UNSAID, NOW)
    names = [SeriesName("BTCUSDT", Interval.H1)]
    with pytest.raises(MisconfiguredError, match=r"cannot be written to .*; 0 files were written"):
        export_all(store, names, Span(), folder / "nowhere", ".parquet")


@pytest.mark.realdata
def test_real_candles_survive_the_database_to_the_last_bit(store: StoredCandles) -> None:
    place = os.environ.get("AUTOTRADER_REAL_DATA")
    if not place:
        pytest.skip("AUTOTRADER_REAL_DATA does not name the folder of real candles")
    files = {
        "bybit_linear_mohsenjfar": ["ETHUSDT_1h.parquet", "ETHUSDT_1h_mark.parquet"],
        "gappy_bybit": ["BTCUSDT_15m_14single_gaps.parquet"],
    }
    now = datetime(2026, 11, 21, tzinfo=UTC)
    for name, chosen in files.items():
        folder = Path(place) / "candles" / name
        for file in chosen:
            assert import_file(store, folder / file, UNSAID, now).refused == ""
    source = FolderCandles(Path(place) / "candles" / "bybit_linear_mohsenjfar")
    for read in ("series", "mark"):
        here = getattr(store, read)("ETHUSDT", Interval.H1)
        assert data_hash([here]) == data_hash([getattr(source, read)("ETHUSDT", Interval.H1)])
    (gappy,) = check_stored(store, {"BTCUSDT"}, now=now)
    (gap,) = [finding for finding in gappy.findings if finding.fault not in REMARKS]
    assert gap.count == 14
    assert "(14 candles missing in all)" in gap.message

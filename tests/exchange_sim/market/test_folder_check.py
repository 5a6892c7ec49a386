"""What is wrong with a data folder is said before anything is built on it."""

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

from exchange_sim.market.errors import MarketDataError
from exchange_sim.market.feed import Market
from exchange_sim.market.findings import Problem
from exchange_sim.market.folder import check_folder

Columns = dict[str, list[float] | list[int]]
Save = Callable[[str, Columns], Path]
Candles = Callable[..., Columns]


def drop(column: str) -> Callable[[Columns], None]:
    return lambda columns: columns.pop(column) and None


def put(column: str, row: int, value: float | None) -> Callable[[Columns], None]:
    def change(columns: Columns) -> None:
        columns[column][row] = value

    return change


def remove_rows(first: int, beyond: int) -> Callable[[Columns], None]:
    def change(columns: Columns) -> None:
        for column in columns.values():
            del column[first:beyond]

    return change


def swap_rows(columns: Columns) -> None:
    for column in columns.values():
        column[3], column[4] = column[4], column[3]


def repeat_row(columns: Columns) -> None:
    for column in columns.values():
        column.insert(4, column[3])


def shift_times(columns: Columns) -> None:
    columns["ts_ms"] = [int(ts) + 1000 for ts in columns["ts_ms"]]


def fractional_times(columns: Columns) -> None:
    columns["ts_ms"] = [float(ts) for ts in columns["ts_ms"]]


DAMAGES = [
    (drop("volume"), Problem.WRONG_COLUMNS, "volume missing, found ts_ms, open, high, low, close"),
    (fractional_times, Problem.WRONG_COLUMNS, "column ts_ms is of type double"),
    (put("ts_ms", 2, None), Problem.WRONG_COLUMNS, "ts_ms has empty cells"),
    (remove_rows(0, 20), Problem.EMPTY, "no rows"),
    (put("open", 5, -1.0), Problem.BAD_PRICE, "open is -1.0 at 2024-01-01 01:15:00 UTC"),
    (put("close", 5, float("nan")), Problem.BAD_PRICE, "close is nan"),
    (put("low", 5, None), Problem.BAD_PRICE, "low is nan"),
    (put("high", 5, float("inf")), Problem.BAD_PRICE, "high is inf"),
    (put("high", 5, 0.5), Problem.BAD_RANGE, "high must be the greatest"),
    (put("volume", 5, -3.0), Problem.BAD_VOLUME, "volume is -3.0 at 2024-01-01 01:15:00 UTC"),
    (repeat_row, Problem.DUPLICATE, "1 times occur more than once, first 2024-01-01 00:45:00 UTC"),
    (swap_rows, Problem.UNSORTED, "row 5 .* is older than the row before"),
    (shift_times, Problem.MISALIGNED, "row 1 .* no multiple of 15 min"),
    (
        remove_rows(4, 7),
        Problem.GAP,
        r"1 hole\(s\), 3 candles missing; the first hole is 3 candle\(s\) "
        "from 2024-01-01 01:00:00 UTC to 2024-01-01 01:30:00 UTC",
    ),
]


@pytest.mark.parametrize("suffix", ["parquet", "csv"])
@pytest.mark.parametrize(("damage", "problem", "text"), DAMAGES)
def test_damaged_candles_are_found_and_not_replayed(
    save: Save,
    candles: Candles,
    suffix: str,
    damage: Callable[[Columns], None],
    problem: Problem,
    text: str,
) -> None:
    columns = candles(20)
    damage(columns)
    folder = save(f"BTCUSDT_15m.{suffix}", columns)

    found = check_folder(folder)
    assert [finding.problem for finding in found] == [problem]
    assert found[0].file == f"BTCUSDT_15m.{suffix}"
    with pytest.raises(MarketDataError, match=text):
        Market.replay(folder)


def test_prices_in_single_precision_are_refused(save: Save, candles: Candles) -> None:
    columns = candles(20)
    columns["open"] = pa.array(columns["open"], pa.float32())
    with pytest.raises(MarketDataError, match="column open is of type float; candles need"):
        Market.replay(save("BTCUSDT_15m.parquet", columns))


def test_whole_numbers_may_be_integers(save: Save, candles: Candles) -> None:
    columns = candles(20)
    columns["volume"] = list(range(20))
    market = Market.replay(save("BTCUSDT_15m.csv", columns))
    assert market.driving_bar("BTCUSDT", market.start_ms + 3 * 900_000).volume == 3


def test_all_problems_of_a_file_are_listed(save: Save, candles: Candles) -> None:
    columns = candles(20)
    put("open", 5, -1.0)(columns)
    put("volume", 5, -1.0)(columns)
    remove_rows(10, 12)(columns)
    problems = [finding.problem for finding in check_folder(save("BTCUSDT_15m.csv", columns))]
    assert problems == [Problem.GAP, Problem.BAD_PRICE, Problem.BAD_VOLUME]


def test_a_sound_folder_has_no_findings(save: Save, candles: Candles) -> None:
    save("BTCUSDT_15m.parquet", candles(20))
    save("BTCUSDT_1h_mark.csv", candles(5, interval_ms=3_600_000))
    folder = save("BTCUSDT_funding.csv", {"ts_ms": [0, 5], "funding_rate": [0.1, -0.1]})
    assert check_folder(folder) == []


def test_a_half_written_parquet_file_is_named(save: Save, candles: Candles) -> None:
    folder = save("BTCUSDT_15m.parquet", candles(500))
    path = folder / "BTCUSDT_15m.parquet"
    path.write_bytes(path.read_bytes()[:-100])
    assert [finding.problem for finding in check_folder(folder)] == [Problem.UNREADABLE]
    with pytest.raises(
        MarketDataError, match=r"BTCUSDT_15m.parquet: cannot be read.*half-written"
    ):
        Market.replay(folder)


def test_funding_rates_are_checked(save: Save, candles: Candles) -> None:
    save("BTCUSDT_15m.csv", candles(20))
    folder = save("BTCUSDT_funding.csv", {"ts_ms": [9, 5], "funding_rate": [0.1, 1.5]})
    problems = [finding.problem for finding in check_folder(folder)]
    assert problems == [Problem.UNSORTED, Problem.BAD_RATE]
    with pytest.raises(MarketDataError, match=r"BTCUSDT_funding.csv: row 2"):
        Market.replay(folder)


def test_unknown_names_and_doubles_are_reported(save: Save, candles: Candles) -> None:
    save("BTCUSDT_15m.csv", candles(20))
    save("BTCUSDT_15m.parquet", candles(20))
    save("notes.csv", candles(1))
    folder = save("BTCUSDT_funding_mark.csv", candles(1))
    assert [(finding.file, finding.problem) for finding in check_folder(folder)] == [
        ("BTCUSDT_15m.parquet", Problem.TWICE),
        ("BTCUSDT_funding_mark.csv", Problem.UNKNOWN_NAME),
        ("notes.csv", Problem.UNKNOWN_NAME),
    ]
    with pytest.raises(MarketDataError, match=r"BTCUSDT_15m.csv and BTCUSDT_15m.parquet both"):
        Market.replay(folder)


@pytest.mark.parametrize("use", [check_folder, Market.replay])
def test_a_missing_or_empty_folder_is_refused(
    tmp_path: Path, use: Callable[[Path], object]
) -> None:
    with pytest.raises(MarketDataError, match="holds no parquet or CSV file"):
        use(tmp_path)
    with pytest.raises(MarketDataError, match="does not exist or is not a folder"):
        use(tmp_path / "absent")


def test_a_symbol_that_is_not_there_is_refused_with_those_that_are(
    save: Save, candles: Candles
) -> None:
    save("BTCUSDT_15m.csv", candles(20))
    folder = save("XRPUSDT_4h.csv", candles(20, interval_ms=4 * 3_600_000))
    with pytest.raises(MarketDataError, match=r"of XRPUSDT .* it has those of: BTCUSDT"):
        Market.replay(folder, ["BTCUSDT", "XRPUSDT"])


def test_symbols_that_share_no_moment_are_refused(save: Save, candles: Candles) -> None:
    save("BTCUSDT_15m.csv", candles(20))
    folder = save("ETHUSDT_15m.csv", candles(20, start_ms=1_704_067_200_000 + 20 * 900_000))
    with pytest.raises(MarketDataError, match="the symbols share no moment: BTCUSDT 2024-01-01"):
        Market.replay(folder)


def test_symbols_named_twice_or_not_at_all_are_refused(save: Save, candles: Candles) -> None:
    folder = save("BTCUSDT_15m.csv", candles(20))
    with pytest.raises(MarketDataError, match="named twice"):
        Market.replay(folder, ["BTCUSDT", "BTCUSDT"])
    with pytest.raises(MarketDataError, match="name at least one"):
        Market.replay(folder, [])

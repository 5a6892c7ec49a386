"""Candles that cannot be traded on: found by `data check`, refused by `demo` before it trades."""

import tempfile
from collections.abc import Callable
from pathlib import Path

import psutil
import pyarrow.csv
import pyarrow.parquet
import pytest

from tests.bad_input.breakout_market import write_candles
from tests.bad_input.commands import Command

Damage = Callable[[list[str]], None]
"""Changes the lines of a CSV file; line 0 is the header."""


def gap(lines: list[str]) -> None:
    del lines[100:103]


def duplicate(lines: list[str]) -> None:
    lines.insert(100, lines[100])


def negative_price(lines: list[str]) -> None:
    start, _, *rest = lines[100].split(",")
    lines[100] = ",".join([start, "-1", *rest])


def wrong_columns(lines: list[str]) -> None:
    lines[0] = lines[0].replace("open", "opening")


def half_a_line(lines: list[str]) -> None:
    lines[-1] = lines[-1][: len(lines[-1]) // 2]


DAMAGES: dict[str, tuple[Damage, str, str]] = {
    "gap": (gap, "gap", "first hole is 3 candle(s) from 2026-01-05 03:00:00 UTC"),
    "duplicate": (duplicate, "duplicate", "first 2026-01-05 03:00:00 UTC"),
    "negative price": (negative_price, "bad price", "open is -1.0 at 2026-01-05 03:00:00 UTC"),
    "wrong columns": (wrong_columns, "wrong columns", "open missing, found ts_ms, opening"),
    "half a line": (half_a_line, "unreadable", "Expected 6 columns, got 3"),
}


@pytest.fixture(params=DAMAGES)
def damaged(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, str, str]:
    """A folder with one damaged file, the kind of the damage, and how it is told."""
    damage, problem, told = DAMAGES[request.param]
    folder = tmp_path / "candles"
    folder.mkdir()
    path = write_candles(folder)
    lines = path.read_text().splitlines()
    damage(lines)
    path.write_text("\n".join(lines))
    return folder, problem, told


def test_the_check_names_file_problem_and_row(
    command: Command, damaged: tuple[Path, str, str]
) -> None:
    folder, problem, words = damaged

    told = command("data", "check", str(folder), "--json")

    (finding,) = told.answer["findings"]
    assert (told.code, told.answer["ok"]) == (1, False)
    assert (finding["file"], finding["problem"]) == ("BTCUSDT_1h.csv", problem)
    assert words in finding["message"]


@pytest.mark.parametrize("damaged", ["gap", "half a line"], indirect=True)
def test_a_demo_does_not_begin_and_leaves_nothing(
    command: Command,
    damaged: tuple[Path, str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder, _, words = damaged
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    told = command("demo", "--data", str(folder))

    assert told.code == 1
    assert told.complaint.startswith("autotrader: simulator ended with exit code 1")
    assert "BTCUSDT_1h.csv" in told.complaint
    assert words in told.complaint
    assert "Traceback" not in told.err
    assert [path.name for path in tmp_path.iterdir()] == ["candles"]
    assert not [one for one in psutil.Process().children(recursive=True) if is_of_a_demo(one)]


def test_a_half_written_parquet_file_is_named(command: Command, tmp_path: Path) -> None:
    path = tmp_path / "BTCUSDT_1h.parquet"
    pyarrow.parquet.write_table(pyarrow.csv.read_csv(write_candles(tmp_path)), path)
    (tmp_path / "BTCUSDT_1h.csv").unlink()
    path.write_bytes(path.read_bytes()[:-50])

    told = command("data", "check", str(tmp_path), "--json")

    (finding,) = told.answer["findings"]
    assert (told.code, finding["file"]) == (1, "BTCUSDT_1h.parquet")
    assert "half-written" in finding["message"]


def test_a_person_reads_what_to_do(command: Command, tmp_path: Path) -> None:
    lines = write_candles(tmp_path).read_text().splitlines()
    gap(lines)
    (tmp_path / "BTCUSDT_1h.csv").write_text("\n".join(lines))

    told = command("data", "check", str(tmp_path))

    assert told.code == 1
    assert told.out.startswith(f"Problems in {tmp_path}")
    assert "what to do" in told.out


@pytest.mark.parametrize("words", [("data", "check"), ("demo", "--data")])
def test_a_folder_that_is_not_there_is_named(
    command: Command, tmp_path: Path, words: tuple[str, ...]
) -> None:
    told = command(*words, str(tmp_path / "absent"))

    assert told.code == 1
    assert f"{tmp_path / 'absent'} does not exist or is not a folder" in told.complaint
    assert "give one with candles" in told.complaint


def is_of_a_demo(process: psutil.Process) -> bool:
    """Whether it is a server of a demo and not one of the tests' own."""
    try:
        words = " ".join(process.cmdline())
    except psutil.NoSuchProcess:
        return False  # it ended, and nobody has looked yet
    return "exchange_sim" in words or "autotrader-demo" in words

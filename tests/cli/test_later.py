"""A command is imported when it is typed; nothing heavy is when only its help is asked for."""

import json
import subprocess
import sys
from collections.abc import Mapping

import pytest

from cli.main import run
from tests.fixtures.candle_folder import write_candles

ENGINE = {"numba", "pyarrow", "scipy"}
HEAVY = {"openai", "optuna", "pandas", "prefect", "pybit", "sqlalchemy"} | ENGINE
ASKED = {
    "all": ["--help"],
    "settings": ["config", "show", "--json"],
    "a backtest's": ["backtest", "--help"],
    "a sweep's": ["sweep", "--help"],
}
PROGRAM = f"""
import contextlib, io, json, sys
from pathlib import Path
from cli.main import run
from trading.candles import Interval

def heavy(words):
    with contextlib.redirect_stdout(io.StringIO()):
        assert run(words) == 0
    return sorted({HEAVY} & set(sys.modules))

found = {{name: heavy(words) for name, words in {ASKED}.items()}}

import cli.backtesting.answering
from adapters.candle_files.folder import FolderCandles
FolderCandles(Path(sys.argv[1])).series("BTCUSDT", Interval.H1)
found["a backtest on files"] = sorted({HEAVY} & set(sys.modules))

import logging
from config.logging import configure_logging
from config.settings import Settings

configure_logging(Settings(), stream=(stream := io.StringIO()))
import prefect.main
logging.getLogger("desk").error("once")
print(json.dumps({{"imported": found, "logged": stream.getvalue().count("once")}}))
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, object]:
    """What a new process says of itself that asked for help, and then imported Prefect."""
    # Where no `.env` of the developer lies.
    folder = write_candles(tmp_path_factory.mktemp("elsewhere"), bars=10)
    command = [sys.executable, "-c", PROGRAM, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=folder)
    assert "once" not in done.stderr
    answer: Mapping[str, object] = json.loads(done.stdout.splitlines()[-1])
    return answer


def test_help_and_settings_wait_for_no_heavy_library_and_a_backtest_for_its_own(
    told: Mapping[str, object],
) -> None:
    waits: dict[str, list[str]] = {name: [] for name in ASKED}
    assert told["imported"] == {**waits, "a backtest on files": sorted(ENGINE)}


def test_prefect_imported_after_logging_was_set_up_leaves_it_alone(
    told: Mapping[str, object],
) -> None:
    assert told["logged"] == 1


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("blance",), "Did you mean 'balance'"),
        (("db", "upgrad"), "Did you mean 'upgrade'"),
        (("close", "BTCUSDT", "--fast"), "Usage: autotrader close [OPTIONS]"),
    ],
)
def test_a_wrong_word_is_answered_as_if_all_were_imported(
    words: tuple[str, ...], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(words) == 2
    assert says in " ".join(capsys.readouterr().err.replace("│", " ").split())


def test_help_shows_every_panel_and_the_first_line_of_each_command(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["--help"]) == 0
    shown = capsys.readouterr().out
    for words in ("─ Trade ─", "─ Look ─", "Close the whole position of a symbol at the market."):
        assert words in shown

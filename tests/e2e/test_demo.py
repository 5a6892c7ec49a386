"""`autotrader demo` as its owner runs it: a process that needs nothing and leaves nothing."""

import os
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from tests.fixtures.demo_process import COMMAND, Place, a_place, demo, figures

TIMES = {"duration_s", "seconds_per_cycle", "market_hours_per_second", "peak_memory_mb"}
KEYS = {
    "cycles", "decisions", "orders", "trades_opened", "trades_closed", "equity_start",
    "equity_end", "fees", "funding", "ledger_error", "discrepancies_open", "db_equals_exchange",
    "naked_seconds_max", "decisions_by_reason",
}  # fmt: skip

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("demo")]


@pytest.fixture
def place() -> Iterator[Place]:
    """A place of one test."""
    with a_place() as opened:
        yield opened


@dataclass(frozen=True)
class Kept:
    """A demo that was told to keep its folder."""

    place: Place
    finished: "subprocess.CompletedProcess[str]"


@pytest.fixture(scope="module")
def kept() -> Iterator[Kept]:
    """Four cycles of one symbol for a person to read, and to look into afterwards."""
    options = ("--cycles", "4", "--symbols", "BTCUSDT", "--syncs-per-hour", "2", "--keep")
    with a_place() as place:
        yield Kept(place, demo(place, *options))


def left_behind(place: Place) -> list[str]:
    return [path.name for path in Path(place["env"]["TMPDIR"]).iterdir()]


def test_the_page_tells_of_trades_and_of_the_audit(kept: Kept) -> None:
    assert kept.finished.returncode == 0
    assert "4 hourly cycles · BTCUSDT" in kept.finished.stdout
    assert "✗" not in kept.finished.stdout
    assert left_behind(kept.place) == []


def test_two_runs_of_a_seed_give_the_same_sound_figures(place: Place) -> None:
    options = ("--cycles", "6", "--symbols", "BTCUSDT,ETHUSDT", "--seed", "1", "--json")
    first, second = (demo(place, *options) for _ in range(2))

    assert first.returncode == 0
    assert first.stderr.startswith("6 cycles from 2026-01-01 00:00 to 2026-01-01 06:00 UTC on BTC")
    assert first.stderr.count("\n") == 1
    told, again = figures(first), figures(second)
    assert told.keys() == KEYS | TIMES
    assert {key: told[key] for key in KEYS} == {key: again[key] for key in KEYS}
    assert (told["cycles"], told["decisions"]) == (6, 12)
    assert (told["ledger_error"], told["discrepancies_open"]) == ("0", 0)
    assert (told["db_equals_exchange"], told["naked_seconds_max"]) == (True, 0)
    assert told["trades_opened"] > 0
    assert left_behind(place) == []


@pytest.fixture
def begun(place: Place) -> Iterator["subprocess.Popen[str]"]:
    """A long demo whose first cycle has begun: its exchange has been asked to trade."""
    with subprocess.Popen(
        [*COMMAND, "--cycles", "500"], **place, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as running:
        assert running.stderr is not None
        for line in running.stderr:
            if "cycles from" in line:
                break
        yield running
        running.kill()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_demo_leaves_no_process_and_no_file(
    place: Place, begun: "subprocess.Popen[str]", number: signal.Signals
) -> None:
    family = psutil.Process(begun.pid).children(recursive=True)
    databases = [one for one in psutil.process_iter() if _works_in(one, place)]

    begun.send_signal(number)
    _, complaint = begun.communicate(timeout=60)

    assert begun.returncode == 130
    assert complaint.endswith("demo interrupted; every process of it is stopped\n")
    assert len(family) >= 2
    assert databases
    assert not [one for one in (*family, *databases) if _lives(one)]
    assert left_behind(place) == []


def test_what_is_kept_can_be_looked_into(kept: Kept) -> None:
    assert kept.finished.stderr.count("\n") == 1, kept.finished.stderr
    (folder,) = (kept.place["cwd"] / ".autotrader").iterdir()
    assert f"AUTOTRADER_DATA_FOLDER={folder} autotrader positions" in kept.finished.stdout
    assert {"postgres", "prefect", "exchange.jsonl", "simulator.log"} <= {
        path.name for path in folder.iterdir()
    }


@pytest.mark.realdata
def test_real_history_is_traded_and_audited(place: Place) -> None:
    root = os.environ.get("AUTOTRADER_REAL_DATA")
    if not root:
        pytest.skip("AUTOTRADER_REAL_DATA does not name the folder with real candles")
    candles = str(Path(root, "candles", "bybit_linear_mohsenjfar"))

    finished = demo(place, "--data", candles, "--symbols", "BTCUSDT", "--cycles", "6", "--json")

    assert finished.returncode == 0
    assert finished.stderr.count("\n") == 1
    told = figures(finished)
    assert (told["cycles"], told["decisions"]) == (6, 6)
    assert (told["db_equals_exchange"], told["ledger_error"]) == (True, "0")


def _lives(process: psutil.Process) -> bool:
    try:
        # A daemon's zombie waits for the machine's first process, which may never look.
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _works_in(process: psutil.Process, place: Place) -> bool:
    try:
        return process.name() == "postgres" and process.cwd().startswith(place["env"]["TMPDIR"])
    except psutil.Error:
        return False

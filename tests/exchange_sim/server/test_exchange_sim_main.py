"""The process: what it prints, how it stops, what it refuses, what it remembers."""

import json
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from exchange_sim.__main__ import announce, main
from exchange_sim.server.options import parse_options
from exchange_sim.server.running import Addresses

ROOT = Path(__file__).resolve().parents[3]
WAIT_S = 30
STEPPED = ["--json", "--speed", "step", "--start", "2025-10-01", "--symbols", "BTCUSDT"]


@contextmanager
def started(*options: str, stop: int = signal.SIGTERM):
    """A running process and what it printed; ends it and checks that it ended well."""
    command = [sys.executable, "-m", "exchange_sim", *options]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            line = process.stdout.readline()
            assert line, process.stderr.read()
            yield line
        finally:
            process.send_signal(stop)
            _, errors = process.communicate(timeout=WAIT_S)
        assert (process.returncode, errors) == (0, "")


def control(facts: dict, action: str, **wish: object) -> dict:
    headers = {"X-Control-Token": facts["control_token"]}
    url = f"{facts['control']}/{action}"
    with httpx.Client(headers=headers, trust_env=False, timeout=WAIT_S) as client:
        reply = client.post(url, json=wish) if wish else client.get(url)
    assert reply.status_code == 200, reply.text
    return reply.json()


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_it_prints_where_it_is_serves_and_stops_cleanly(stop: int) -> None:
    with started(*STEPPED, "--api-key", "k", "--api-secret", "s", stop=stop) as line:
        facts = json.loads(line)
        status = control(facts, "status")

    assert set(facts) == {
        "rest",
        "websocket",
        "control",
        "control_token",
        "api_key",
        "api_secret",
    }
    assert (facts["api_key"], facts["api_secret"]) == ("k", "s")
    assert facts["websocket"] == facts["rest"].replace("http", "ws")
    assert status["symbols"] == ["BTCUSDT"]


def test_a_person_reads_one_address_per_line() -> None:
    with started("--speed", "step", "--symbols", "BTCUSDT") as line:
        assert line.split() == ["rest:", line.split()[1]]
        assert line.split()[1].startswith("http://127.0.0.1:")


def test_its_state_survives_a_restart(tmp_path: Path) -> None:
    options = [*STEPPED, "--journal", str(tmp_path / "journal")]
    with started(*options) as line:
        facts = json.loads(line)
        control(facts, "deposit", amount="7")
        control(facts, "advance", by_ms=90_000)
        before = control(facts, "records")

    with started(*options) as line:
        assert control(json.loads(line), "records") == before


def test_in_real_time_a_restarted_market_catches_up_with_the_wall(tmp_path: Path) -> None:
    options = ["--json", "--symbols", "BTCUSDT", "--journal", str(tmp_path / "journal")]
    with started(*options) as line:
        first = control(json.loads(line), "status")
    with started(*options) as line:
        second = control(json.loads(line), "status")

    assert second["start_ms"] == first["start_ms"]
    assert second["now_ms"] > first["now_ms"]


def test_a_taken_port_is_named_with_the_option_that_changes_it(capsys) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        code = main(["--port", str(port), "--symbols", "BTCUSDT"])

    assert code == 1
    message = capsys.readouterr().err
    assert f"127.0.0.1:{port}" in message
    assert "--port" in message


def test_unusable_data_and_journals_are_told_before_anything_is_served(tmp_path, capsys) -> None:
    damaged = tmp_path / "journal"
    damaged.write_text("not json\nnot json either\n")

    codes = [
        main(["--data", str(tmp_path / "missing")]),
        main(["--journal", str(damaged), "--symbols", "BTCUSDT"]),
    ]

    assert codes == [1, 1]
    first, second = capsys.readouterr().err.strip().splitlines()
    assert "missing" in first
    assert "line 1 is damaged" in second


def test_a_second_process_on_the_same_journal_is_refused(tmp_path: Path, capsys) -> None:
    options = [*STEPPED, "--journal", str(tmp_path / "journal")]

    with started(*options):
        code = main(options)

    assert code == 1
    assert "in use by another process" in capsys.readouterr().err


@pytest.mark.parametrize("options", [["--json"], []])
def test_what_is_announced_is_complete_in_both_forms(options: list[str], capsys) -> None:
    settings = parse_options([*options, "--api-key", "k", "--api-secret", "s"])

    announce(settings, Addresses("http://h:1", "ws://h:1", "http://h:1/control"))

    printed = capsys.readouterr().out
    for fact in ("http://h:1", "ws://h:1", "http://h:1/control", settings.control_token, "k", "s"):
        assert fact in printed
    assert printed.count("\n") == (1 if options else 6)


def test_a_bad_value_leaves_with_two() -> None:
    with pytest.raises(SystemExit) as leaving:
        main(["--speed", "fast"])

    assert leaving.value.code == 2

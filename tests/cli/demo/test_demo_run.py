"""A whole short demo in this process."""

import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import structlog

from cli.commands.demo import _tell
from cli.main import run
from tests.cli.demo.builders import DIFFERENCE, demo


@pytest.fixture
def logging_kept() -> Iterator[None]:
    """Logging as it was before, after a command has set its own."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.mark.slow
@pytest.mark.xdist_group("prefect")
@pytest.mark.usefixtures("logging_kept")
def test_a_demo_trades_audits_itself_and_cleans_up(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)

    code = run(["demo", "--cycles", "4", "--symbols", "BTCUSDT", "--syncs-per-hour", "2"])

    page = capsys.readouterr().out
    assert code == 0
    assert "4 hourly cycles · BTCUSDT" in page
    assert "✗" not in page
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("as_json", [True, False])
def test_skipped_cycles_and_differences_are_told_on_stderr(
    capsys: pytest.CaptureFixture[str], *, as_json: bool
) -> None:
    finished = demo()
    audit = replace(finished.results.audit, differences=(DIFFERENCE,))
    results = replace(finished.results, audit=audit)

    _tell(replace(finished, results=results, skipped=["late: an hour"]), None, as_json=as_json)

    assert capsys.readouterr().err.splitlines() == [
        "autotrader: late: an hour",
        "autotrader: order o-1: quantity is 1 here and 2 at the exchange",
    ]


def test_the_json_is_the_last_line_of_stdout(capsys: pytest.CaptureFixture[str]) -> None:
    _tell(demo(), None, as_json=True)

    *_, last = capsys.readouterr().out.splitlines()
    assert json.loads(last)["cycles"] == 4

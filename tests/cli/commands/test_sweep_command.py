"""`sweep` says its size first, keeps its parts, goes on after Ctrl-C, and names the best."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from db.engine import open_engine
from db.queries.backtests import backtest, children_of
from db.states import BacktestState
from db.unit_of_work import session_factory
from tests.cli.commands.ran import Run
from tests.fixtures.candle_folder import write_candles

RULE = """
from pathlib import Path
import numpy as np

def signals(bars, fast=5):
    if fast == 6 and not Path(__file__).with_name("again").exists():
        Path(__file__).with_name("again").touch()
        raise KeyboardInterrupt
    mean = np.convolve(bars.close, np.ones(fast) / fast)[: len(bars)]
    side = np.sign(bars.close - mean)
    side[:fast] = 0
    return side
"""
GRID = ("--grid", "fast=5:20:5", "--grid", "slow=20:60:20", "--fewest-trades", "3")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_candles(tmp_path_factory.mktemp("candles"), bars=800)


@pytest.fixture
def sweep(
    autotrader: Run,
    folder: Path,
    own_database_url: str,
    use_settings: Callable[[dict[str, str]], None],
) -> Run:
    """Runs `sweep` over the folder, stored in a database of the test."""
    use_settings({"DATABASE_URL": own_database_url})

    def run(*options: str) -> object:
        return autotrader("sweep", "--data", str(folder), "--symbols", "BTCUSDT", *options)

    return run


def test_the_size_and_the_time_are_said_first_and_the_best_last(sweep: Run) -> None:
    ran = sweep(*GRID, "--workers", "2")
    assert ran.code == 0, ran.err
    assert re.search(r"12 combinations over 800 candles, about .* in 2 threads", ran.err)
    assert "11 combinations were run" in ran.out
    assert "1 the strategy forbids" in ran.out
    assert "standard deviations above 0" in ran.out


def test_a_walk_forward_shows_what_each_window_chose(sweep: Run) -> None:
    ran = sweep(*GRID, "--walk-forward", "10d,5d", "--objective", "net")
    assert ran.code == 0, ran.err
    assert "chosen before" in ran.out
    assert "2025-01-11 to 2025-01-16" in ran.out


def test_a_walk_forward_is_told_window_by_window(sweep: Run, tmp_path: Path) -> None:
    page = tmp_path / "walk.html"
    ran = sweep(*GRID, "--walk-forward", "10d,5d", "--json", "--html", str(page))
    assert ran.code == 0, ran.err
    told = json.loads(ran.out)
    assert (told["combinations"], len(told["windows"])) == (48, 4)
    assert told["report"]["asked"]["trials"] == 1
    assert page.exists()


def test_ctrl_c_keeps_what_is_done_and_tells_how_to_go_on(
    sweep: Run, tmp_path: Path, own_database_url: str
) -> None:
    rule = tmp_path / "rule.py"
    rule.write_text(RULE)
    asked = ("--strategy", f"{rule}:signals", "--grid", "fast=2:9:1", "--fewest-trades", "3")

    stopped = sweep(*asked, "--workers", "1")

    assert stopped.code == 130
    sweep_id = stopped.err.strip().rpartition(" ")[2]
    assert f"autotrader sweep --resume {sweep_id}" in stopped.err
    resumed = sweep("--resume", sweep_id, "--json")
    assert resumed.code == 0, resumed.err
    assert json.loads(resumed.out)["tried"] == 8
    with open_engine(own_database_url) as engine, session_factory(engine)() as session:
        found = backtest(session, json.loads(resumed.out)["id"])
        assert found is not None
        assert found.state is BacktestState.FINISHED
        assert len(children_of(session, found.id)) == 1
    listed = sweep("--list")
    assert sweep_id in listed.out
    assert sweep("--resume", sweep_id).code == 2


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ((), "the sweep has 0 combinations"),
        (("--grid", "fast=1:100000:1", "--grid", "slow=1:1000:1"), "100,000,000 combinations"),
        (("--grid", "fast=5:40"), "has 2 parts"),
        (("--grid", "fast=5,6", "--random", "1", "--search", "1"), "take one of them"),
        (("--grid", "fst=5,6"), "did you mean fast"),
        (("--grid", "rule.stopp=0.1,0.2"), "did you mean stop"),
        (("--grid", "fast=0,5"), "fast is 0"),
        (("--grid", "fast=5,6", "--walk-forward", "ten days"), "is no walk-forward"),
        (("--resume", "00000000-0000-4000-8000-000000000000"), "no sweep"),
    ],
)
def test_a_sweep_that_cannot_be_is_a_usage_error(
    sweep: Run, options: tuple[str, ...], message: str
) -> None:
    ran = sweep(*options)
    assert ran.code == 2
    assert message in " ".join(ran.err.replace("│", " ").split())

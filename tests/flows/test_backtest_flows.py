"""Backtests and sweeps through Prefect: in threads, and on a Dask cluster that loses a worker."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from config.current import settings_in_force
from config.settings import Settings
from db.engine import open_engine
from db.queries.backtests import backtest as stored_backtest
from db.queries.backtests import children_of, count_trades
from db.states import BacktestKind, BacktestState
from db.unit_of_work import session_factory
from flows.backtest import backtest
from flows.sweep import sweep
from tasks.backtesting.questions import Question, SweepQuestion
from tests.fixtures.candle_folder import START, SYMBOLS, write_candles
from tests.fixtures.prefect_server import ONE_WORKER
from trading.errors import MisconfiguredError

pytestmark = [ONE_WORKER, pytest.mark.usefixtures("prefect_server")]

# Dies in the first process of the cluster that runs it, and never in the one that asks.
DEADLY = """
import os, signal
from pathlib import Path
import numpy as np

HERE = Path(__file__).parent

def signals(bars, fast=5, slow=20):
    asker = int((HERE / "asker").read_text())
    try:
        if os.getpid() != asker:
            (HERE / "died").touch(exist_ok=False)
            os.kill(os.getpid(), signal.SIGKILL)
    except FileExistsError:
        pass
    wide = np.convolve(bars.close, np.ones(slow) / slow)[: len(bars)]
    short = np.convolve(bars.close, np.ones(fast) / fast)[: len(bars)]
    side = np.sign(short - wide)
    side[:slow] = 0
    side[1:][side[1:] == side[:-1]] = 0
    return side
"""


@pytest.fixture(scope="module")
def candle_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_candles(tmp_path_factory.mktemp("candles"), bars=800)


@pytest.fixture
def question(candle_folder: Path) -> Question:
    return Question(
        strategy="sma-cross",
        symbols=SYMBOLS,
        since=START,
        until=START.replace(month=4),
        folder=candle_folder,
        rules={"stop": 0.02},
    )


@pytest.fixture
def in_force(own_database_url: str) -> Iterator[Callable[..., None]]:
    """Puts settings in force for the flows of the test."""
    entered = []

    def chosen(**changed: object) -> None:
        settings = Settings.model_validate({"database_url": own_database_url, **changed})
        context = settings_in_force(settings)
        context.__enter__()
        entered.append(context)

    yield chosen
    for context in entered:
        context.__exit__(None, None, None)


@pytest.fixture
def rows(own_database_url: str) -> Iterator[Session]:
    with open_engine(own_database_url) as engine, session_factory(engine)() as opened:
        yield opened


def test_a_backtest_of_prefect_is_stored_with_its_trades_and_has_a_page(
    in_force: Callable[..., None], question: Question, rows: Session, tmp_path: Path
) -> None:
    in_force(data_folder=tmp_path)

    backtest_id = backtest(question, quick=True)

    page = (tmp_path / "reports" / f"{backtest_id}.html").read_text()
    assert "<title>sma-cross on BTCUSDT, ETHUSDT: backtest</title>" in page

    found = stored_backtest(rows, backtest_id)
    assert found is not None
    assert (found.kind, found.state) == (BacktestKind.SINGLE, BacktestState.FINISHED)
    assert count_trades(rows, backtest_id) == found.metrics["trades"]["value"]
    assert found.badges["gaps"]["level"] == "ok"


@pytest.mark.parametrize("runner", ["threads", "dask"])
def test_a_sweep_is_whole_wherever_its_parts_run_even_if_a_worker_dies(
    in_force: Callable[..., None],
    question: Question,
    rows: Session,
    tmp_path: Path,
    runner: str,
) -> None:
    in_force(sweep_runner=runner, sweep_workers=2, data_folder=tmp_path)
    (tmp_path / "asker").write_text(str(os.getpid()))
    rule = tmp_path / "deadly.py"
    rule.write_text(DEADLY)
    asked = SweepQuestion(
        base=question.model_copy(update={"strategy": f"{rule}:signals"}),
        grids=("fast=2:16:1", "slow=20:60:2"),
        fewest_trades=3,
    )

    sweep_id = sweep(asked, quick=True)

    assert "<h2>Sweep</h2>" in (tmp_path / "reports" / f"{sweep_id}.html").read_text()
    assert (tmp_path / "died").exists() == (runner == "dask")
    found = stored_backtest(rows, sweep_id)
    assert found is not None
    assert (found.kind, found.state) == (BacktestKind.SWEEP, BacktestState.FINISHED)
    assert (found.combinations, found.metrics["sweep"]["tried"]) == (315, 315)
    (best,) = children_of(rows, sweep_id)
    assert best.parameters == found.metrics["sweep"]["best"][0]["combination"]
    assert "315 combinations were tried" in best.badges["overfitting"]["sentence"]


def test_a_sweep_of_nothing_is_refused_before_anything_is_stored(
    in_force: Callable[..., None],
) -> None:
    in_force()
    with pytest.raises(MisconfiguredError, match="a sweep needs a question"):
        sweep()

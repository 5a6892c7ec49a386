"""A sweep through Prefect is told like any other, its page too; Dask itself is tests/flows'."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from prefect.settings import PREFECT_API_URL

from cli.backtesting.on_cluster import sweep_on_cluster
from cli.backtesting.wanted import Told
from config.settings import Settings
from tasks.backtesting.questions import Question, SweepQuestion
from tests.fixtures.candle_folder import START, SYMBOLS, write_candles
from tests.fixtures.prefect_server import ONE_WORKER

pytestmark = [ONE_WORKER, pytest.mark.usefixtures("prefect_server")]

Ask = Callable[..., str]


@pytest.fixture(scope="module")
def question(tmp_path_factory: pytest.TempPathFactory) -> SweepQuestion:
    base = Question(
        strategy="sma-cross",
        symbols=SYMBOLS,
        since=START,
        until=START.replace(month=4),
        folder=write_candles(tmp_path_factory.mktemp("candles"), bars=400),
        rules={"stop": 0.02},
    )
    return SweepQuestion(base=base, grids=("fast=5,10", "slow=20,40"), fewest_trades=3)


@pytest.fixture
def sweep(
    question: SweepQuestion,
    own_database_url: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> Ask:
    """Runs the sweep with changes; what it says on stderr and stdout."""
    settings = Settings.model_validate(
        {
            "data_folder": tmp_path / "data",
            "database_url": own_database_url,
            "prefect_api_url": PREFECT_API_URL.value(),
        }
    )

    def run(page: Path | None, *, as_json: bool = False, **changed: object) -> str:
        asked = question.model_copy(update=changed)
        sweep_on_cluster(settings, asked, None, Told(page, as_json=as_json))
        said = capsys.readouterr()
        return said.err + said.out

    return run


def test_the_page_is_where_the_owner_wants_it_and_where_every_flow_keeps_it(
    sweep: Ask, tmp_path: Path
) -> None:
    page = tmp_path / "new" / "mine.html"

    told = json.loads(sweep(page, as_json=True).splitlines()[-1])

    assert told["tried"] == 4
    assert "<h2>Sweep</h2>" in page.read_text()
    assert page.read_bytes() == (tmp_path / "data/reports" / f"{told['id']}.html").read_bytes()


def test_a_sweep_of_which_nothing_can_be_judged_says_that_there_is_no_page(
    sweep: Ask, tmp_path: Path
) -> None:
    page = tmp_path / "mine.html"

    said = sweep(page, fewest_trades=10_000)

    assert f"{page} is not written: no combination could be judged" in said
    assert "4 combinations were run" in said
    assert not page.exists()

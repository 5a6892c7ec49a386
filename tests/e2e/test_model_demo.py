"""A demo whose charts a model's server reads: traded, kept, and decided again without a server."""

import os
import subprocess
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cli.stack.environment import neutral_environment
from db.embedded import EmbeddedPostgres
from db.engine import open_engine
from db.models import ChartRow, DecisionRow, LlmAnswerRow, LlmCallRow
from tests.fixtures.demo_process import (
    AUTOTRADER,
    PATIENCE_SECONDS,
    Place,
    a_place,
    demo,
    figures,
)

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("demo")]


@pytest.fixture
def place() -> Iterator[Place]:
    with a_place() as opened:
        yield opened


def test_what_a_model_decided_is_whole_in_the_database_and_is_decided_again_alone(
    place: Place,
) -> None:
    played = demo(place, "--cycles", "6", "--analyst", "openai", "--keep", "--json")

    _require_whole(place, played)


@pytest.mark.realdata
def test_so_is_what_it_decided_on_real_history(place: Place) -> None:
    root = os.environ.get("AUTOTRADER_REAL_DATA")
    if not root:
        pytest.skip("AUTOTRADER_REAL_DATA does not name the folder with real candles")
    candles = str(Path(root, "candles", "bybit_linear_mohsenjfar"))
    options = ("--data", candles, "--symbols", "BTCUSDT,ETHUSDT,SOLUSDT", "--cycles", "6")

    played = demo(place, *options, "--analyst", "openai", "--keep", "--json")

    _require_whole(place, played)


def _require_whole(place: Place, played: "subprocess.CompletedProcess[str]") -> None:
    assert played.returncode == 0, played.stderr
    told = figures(played)
    assert (told["db_equals_exchange"], told["ledger_error"]) == (True, "0")
    assert told["trades_opened"] > 0
    (folder,) = (place["cwd"] / ".autotrader").iterdir()
    _require_rows(folder)
    again = _replayed(place, folder)
    assert again["same"] > 0
    assert (again["differs"], again["same"] + again["unseen"]) == (0, told["decisions"])


def _require_rows(folder: Path) -> None:
    """Every question has its price, every reply its bytes, every decision its picture."""
    with (
        EmbeddedPostgres(folder / "postgres") as server,
        open_engine(server.url) as engine,
        Session(engine) as session,
    ):
        calls = session.scalars(select(LlmCallRow)).all()
        answers = session.scalar(select(func.count()).where(LlmAnswerRow.id.is_not(None)))
        looked = DecisionRow.snapshot.is_not(None)
        decided = select(func.count()).select_from(DecisionRow).where(looked)
        without_picture = decided.outerjoin(
            ChartRow, ChartRow.sha256 == DecisionRow.chart_sha256
        ).where(ChartRow.png.is_(None))
        seen, bare = session.scalar(decided), session.scalar(without_picture)
    assert calls
    assert answers == len(calls)
    assert seen
    assert bare == 0
    assert all(call.cost_usd is not None and call.cost_usd > Decimal(0) for call in calls)


def _replayed(place: Place, folder: Path) -> dict[str, Any]:
    """All decisions again; every server of the demo is gone, so nobody can be asked."""
    alone = neutral_environment() | {
        "AUTOTRADER_DATA_FOLDER": str(folder),
        "PYTHONPATH": place["env"]["PYTHONPATH"],
    }
    finished = subprocess.run(
        [*AUTOTRADER, "replay", "--all", "--json"],
        cwd=place["env"]["TMPDIR"],
        env=alone,
        text=True,
        capture_output=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    return figures(finished)

"""A desk on the plotted market whose model is the stand-in, and what it stored."""

import json
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.engine import create_engine
from tests.adapters.answers.said import flat_answer, long_answer
from tests.cli.commands.ran import Ran, Run
from tests.fixtures.plotted_market import CALM
from tests.fixtures.simulator import Venue
from tests.tasks.model_analyst.asking_desk import KEY, PRICES, StandIn

Use = Callable[[Mapping[str, Any]], None]
Analyse = Callable[..., Ran]
RowsOf = Callable[[Any], Sequence[Any]]

NO_LEVELS: dict[str, list[float]] = {"support": [], "resistance": []}
NOTHING_CITED = [
    {"claim": "calm", "field": name, "value": None, "supports": "long"} for name in ("last", "ask")
]
_EYES = {"chart_code": "", "levels": NO_LEVELS, "evidence": NOTHING_CITED}
LONG = long_answer(**_EYES, stop_loss=147, take_profit=156)
"""About the calm market, which stands at 150."""
FLAT = flat_answer(**_EYES)
UNUSABLE = {"kind": "refusal", "text": "I give no advice."}


def says(answer: Mapping[str, Any]) -> dict[str, Any]:
    """The step of a script in which the stand-in gives this answer."""
    return {"kind": "answer", "text": json.dumps(answer)}


def told(done: Ran) -> dict[str, Any]:
    """The JSON object that a command ended with."""
    found: dict[str, Any] = json.loads(done.out.splitlines()[-1])
    return found


@pytest.fixture
def use_model(
    use_settings: Callable[[Mapping[str, Any]], None],
    use_desk: Callable[[Venue], str],
    stand_in: StandIn,
) -> Callable[[Venue], str]:
    """Point the settings at a venue and the stand-in; the analyst is still the built-in one.

    Gives the new account's name.
    """

    def use(venue: Venue) -> str:
        name = use_desk(venue)
        model: dict[str, Any] = {"BASE_URL": stand_in.base_url, "API_KEY": KEY}
        # A seed is part of the question: no test is served another one's answer.
        seed = int(name[-6:], 16)
        model |= {"NAME": "stand-in-vision", "PRICE_FILE": PRICES, "SEED": seed}
        use_settings({f"MODEL_{key}": value for key, value in model.items()})
        return name

    return use


@pytest.fixture
def account(use_model: Callable[[Venue], str], quiet_venue: Venue) -> str:
    """The account of a desk that looks at the quiet venue."""
    return use_model(quiet_venue)


@pytest.fixture
def rows_of(desk_database_url: str) -> RowsOf:
    """All rows of a table that the account of the settings has, oldest first."""

    def read(table: Any) -> Sequence[Any]:
        engine = create_engine(desk_database_url)
        with Session(engine, expire_on_commit=False) as session:
            of_account = table.account == os.environ["AUTOTRADER_ACCOUNT"]
            found = select(table).where(of_account).order_by(table.id)
            rows = session.scalars(found).all()
        engine.dispose()
        return rows

    return read


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """A picture of the owner's that shows nothing."""
    path = tmp_path / "mine.png"
    Image.new("RGB", (640, 320), (250, 250, 250)).save(path)
    return path


@pytest.fixture
def analyse(account: str, autotrader: Run, picture: Path) -> Analyse:
    """Run `analyse` on a picture of the calm market."""
    del account

    def run_one(*words: str, image: Path = picture, timeframe: str = "1h") -> Ran:
        where = ("--image", str(image), "--symbol", CALM.lower(), "--timeframe", timeframe)
        return autotrader("analyse", *where, *words)

    return run_one

"""`analysis run` and `analyse`: one question by hand, within the budget, never an order."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import typer
from PIL import Image
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cli.commands import analysis
from cli.commands.analyse import analyse
from cli.main import run
from db.engine import create_engine
from db.models import DecisionRow, IntentRow, LlmCallRow
from tests.cli.commands.conftest import Ran
from tests.fixtures.plotted_market import CALM
from tests.fixtures.prefect_server import ONE_WORKER
from tests.fixtures.simulator import Venue
from tests.tasks.model_analyst.asking_desk import KEY, PRICES, StandIn
from tests.tasks.model_analyst.conftest import _addresses, stand_in

__all__ = ["_addresses", "stand_in"]

pytestmark = ONE_WORKER

uploading = typer.Typer()
uploading.command()(analyse)

Ask = Callable[..., Ran]


@pytest.fixture
def account(
    use_desk: Callable[[Venue], str],
    use_settings: Callable[[Mapping[str, Any]], None],
    quiet_venue: Venue,
    stand_in: StandIn,
) -> str:
    """A desk on the quiet venue whose model is the stand-in; its analyst is still the built-in."""
    name = use_desk(quiet_venue)
    model = {"BASE_URL": stand_in.base_url, "API_KEY": KEY, "NAME": "stand-in-vision"}
    # A seed is part of the question: no test is served another one's answer.
    model |= {"PRICE_FILE": PRICES, "SEED": int(name[-6:], 16)}
    use_settings({f"MODEL_{key}": value for key, value in model.items()})
    return name


@pytest.fixture
def asking(account: str, capsys: pytest.CaptureFixture[str]) -> Ask:
    """Run `analysis run` or `analyse` on the calm market."""
    del account

    def run_one(app: typer.Typer, *words: str) -> Ran:
        capsys.readouterr()
        start = ("run",) if app is analysis.app else ()
        code = run((*start, "--symbol", CALM.lower(), *words), app)
        out, err = capsys.readouterr()
        return Ran(code, out, err)

    return run_one


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "mine.png"
    Image.new("RGB", (640, 320), (250, 250, 250)).save(path)
    return path


def rows(database_url: str, table: Any, account: str) -> int:
    engine = create_engine(database_url)
    with Session(engine) as session:
        count = select(func.count()).select_from(table).where(table.account == account)
        found = session.scalar(count)
    engine.dispose()
    assert found is not None
    return found


def test_a_dry_run_shows_the_question_and_asks_nobody(
    asking: Ask, stand_in: StandIn, account: str, desk_database_url: str, tmp_path: Path
) -> None:
    done = asking(analysis.app, "--dry", "--save", str(tmp_path / "pictures"), "--json")

    told = json.loads(done.out)
    question = told["question"]
    assert (done.code, question["model"], question["refused"]) == (0, "stand-in-vision", "")
    assert CALM in question["user"]
    assert question["pictures"] == 1
    assert question["image_tokens"] == 1105  # 1536 x 768 by tiles of 85 + 170
    assert question["text_tokens"] > 1000
    # Input with its quarter at 0.40, 4000 tokens of answer at 1.60 USD a million.
    assert 0.0070 < float(question["worst_case_usd"]) < 0.0090
    assert Path(told["picture"]).read_bytes().startswith(b"\x89PNG")
    assert stand_in.questions() == []
    assert rows(desk_database_url, LlmCallRow, account) == 0


def test_a_dry_run_reads_well(asking: Ask) -> None:
    done = asking(analysis.app, "--dry", "--prompt", "chart_reader@1")

    assert done.code == 0
    assert "--- System\nYou are an experienced discretionary trader" in done.out
    assert "allows it" in done.out


def test_what_the_budget_refuses_is_told_before_it_is_asked(
    asking: Ask, use_settings: Callable[[Mapping[str, Any]], None]
) -> None:
    use_settings({"MODEL_BUDGET_PER_CALL_USD": "0.001"})

    told = json.loads(asking(analysis.app, "--dry", "--json").out)

    assert "per_call would be" in told["question"]["refused"]
    asked = asking(analysis.app)
    assert asked.code == 1
    assert "budget: the call may cost" in asked.out


def test_a_question_is_asked_once_and_nothing_is_decided(
    asking: Ask, stand_in: StandIn, account: str, desk_database_url: str
) -> None:
    done = asking(analysis.app, "--json")

    told = json.loads(done.out)
    assert done.code == 0
    assert told["status"] in ("signal", "refused", "flat")
    assert told["opinion"]["answer"]["analyst"] == "stand-in-vision"
    assert len(stand_in.questions()) == 1
    assert rows(desk_database_url, LlmCallRow, account) == 1
    assert rows(desk_database_url, DecisionRow, account) == 0
    assert rows(desk_database_url, IntentRow, account) == 0


def test_an_opinion_reads_well(asking: Ask) -> None:
    done = asking(analysis.app)

    assert done.code == 0
    assert done.out.splitlines()[0].startswith(f"{CALM} 1h, 2026-01-11 20:00:00 UTC: ")
    assert done.out.splitlines()[-1].startswith("Nothing was sent")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--prompt", "nobody@7"), 2, "there is no prompt nobody@7"),
        (("--prompt", "@"), 2, "names no prompt version"),
        (("--symbol", "NOSUCHUSDT"), 1, "lists no USDT perpetual NOSUCHUSDT"),
    ],
)
def test_a_question_that_cannot_be_put_says_why(
    asking: Ask, words: tuple[str, ...], code: int, said: str
) -> None:
    done = asking(analysis.app, "--dry", *words)

    assert done.code == code
    assert said in done.out + done.err


def test_a_picture_of_the_owners_is_shown_and_its_answer_judged(
    asking: Ask, stand_in: StandIn, account: str, desk_database_url: str, picture: Path
) -> None:
    done = asking(uploading, "--image", str(picture), "--timeframe", "1h", "--json")

    told = json.loads(done.out)
    assert (done.code, told["picture"].split()[0]) == (0, "uploaded")
    (question,) = stand_in.questions()
    sent = json.dumps(question)
    assert "The picture was given by a person" in sent
    assert "It has no chart code" in sent
    assert "image_url" in sent
    assert rows(desk_database_url, DecisionRow, account) == 0


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "allowed is one still PNG"),
        (b"not a picture", "allowed is one still PNG"),
        (b"\x89PNG\r\n\x1a\n" + b"x" * 100, "allowed is one still PNG"),
        (None, "cannot be read: No such file"),
    ],
)
def test_a_file_that_is_no_picture_is_refused(
    asking: Ask, stand_in: StandIn, tmp_path: Path, raw: bytes | None, said: str
) -> None:
    path = tmp_path / "mine.png"
    if raw is not None:
        path.write_bytes(raw)

    done = asking(uploading, "--image", str(path), "--timeframe", "1h")

    assert done.code == 1
    assert str(path) in done.err
    assert said in done.err
    assert stand_in.questions() == []

"""`analysis run`: one question by hand, within the budget, never an order and never a decision."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from db.models import DecisionRow, IntentRow, LlmCallRow
from tests.cli.commands.model_by_hand import RowsOf
from tests.cli.commands.ran import Ran, Run
from tests.fixtures.plotted_market import CALM
from tests.fixtures.prefect_server import ONE_WORKER
from tests.tasks.model_analyst.asking_desk import StandIn

pytestmark = ONE_WORKER

Ask = Callable[..., Ran]


@pytest.fixture
def asking(account: str, autotrader: Run) -> Ask:
    """Run `analysis run` on the calm market."""
    del account

    def run_one(*words: str) -> Ran:
        return autotrader("analysis", "run", "--symbol", CALM.lower(), *words)

    return run_one


def test_a_dry_run_shows_the_question_and_asks_nobody(
    asking: Ask, stand_in: StandIn, rows_of: RowsOf, tmp_path: Path
) -> None:
    done = asking("--dry", "--save", str(tmp_path / "pictures"), "--json")

    told = json.loads(done.out)
    question = told["question"]
    assert (done.code, question["model"], question["refused"]) == (0, "stand-in-vision", "")
    assert CALM in question["user"]
    assert question["pictures"] == 1
    assert question["image_tokens"] == 1105  # 1536 x 768 by tiles of 85 + 170
    assert question["text_tokens"] > 1000
    # Input, its schema with it, and a quarter more at 0.40, 4000 tokens of answer at 1.60 USD a
    # million, up to the micro-dollar.
    read = (question["text_tokens"] + question["image_tokens"]) * 1.25 * 0.40
    assert float(question["worst_case_usd"]) == pytest.approx((read + 4000 * 1.60) / 1e6, abs=2e-6)
    assert Path(told["picture"]).read_bytes().startswith(b"\x89PNG")
    assert stand_in.questions() == []
    assert rows_of(LlmCallRow) == []


def test_a_dry_run_reads_well(asking: Ask) -> None:
    done = asking("--dry", "--prompt", "chart_reader@1")

    assert done.code == 0
    assert "--- System\nYou are an experienced discretionary trader" in done.out
    assert "allows it" in done.out


def test_what_the_budget_refuses_is_told_before_it_is_asked(
    asking: Ask, use_settings: Callable[[Mapping[str, Any]], None]
) -> None:
    use_settings({"MODEL_BUDGET_PER_CALL_USD": "0.001"})

    told = json.loads(asking("--dry", "--json").out)

    assert "per_call would be" in told["question"]["refused"]
    asked = asking()
    assert asked.code == 1
    assert "budget: the call may cost" in asked.out


def test_a_question_is_asked_once_and_nothing_is_decided(
    asking: Ask, stand_in: StandIn, rows_of: RowsOf
) -> None:
    done = asking("--json")

    told = json.loads(done.out)
    assert done.code == 0
    assert told["status"] in ("signal", "refused", "flat")
    assert told["opinion"]["answer"]["analyst"] == "stand-in-vision"
    assert len(stand_in.questions()) == 1
    assert len(rows_of(LlmCallRow)) == 1
    assert rows_of(DecisionRow) == []
    assert rows_of(IntentRow) == []


def test_an_opinion_reads_well(asking: Ask) -> None:
    done = asking()

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
    done = asking("--dry", *words)

    assert done.code == code
    assert said in done.out + done.err

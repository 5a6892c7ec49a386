"""A model that cannot see and obey at once is asked twice, and both replies are kept."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session, sessionmaker
from structlog.testing import capture_logs

from adapters.answers.reading import read_answer
from adapters.chart_image import render_chart
from db.models import LlmAnswerRow
from db.queries.replay import StoredReply, load_decision
from db.unit_of_work import read_session
from tasks.replaying import Replayed, Status, Today, replay
from tests.fixtures.decided import decided, desk_at_noon
from tests.tasks.model_analyst.asking_desk import (
    SNAPSHOT,
    TWO_STEPS,
    UNTIL_LATE,
    AskingDesk,
    Row,
    StandIn,
)
from trading.analysis import Abstention, AbstentionCode, Analysis
from trading.cache_keys import CacheMode
from trading.capabilities import is_mode_strict
from trading.failures import Failure, FailureCode
from trading.model_answer import ModelAnswer
from trading.replies import Purpose

MINUTE = timedelta(minutes=1)
GOOD: Row = {"kind": "good"}
GARBAGE: Row = {"kind": "answer", "text": "I would buy some."}
UNSEEN: Row = {"kind": "mutate", "path": "/chart_code", "value": "ZZZZ"}
UNPAID: Row = {"kind": "no_usage"}
OVERLOADED: Row = {"kind": "status", "status": 503, "headers": UNTIL_LATE}

NO_LIMIT = dict.fromkeys(
    ("model_budget_per_call_usd", "model_budget_per_day_usd", "model_budget_per_month_usd")
)

Open = Callable[..., AskingDesk]


@pytest.fixture
def asking(open_asking: Open) -> AskingDesk:
    """A desk whose model needs two steps; it is the owner's own and costs nothing."""
    return open_asking(model_name=TWO_STEPS, model_price_file="", **NO_LIMIT)


def purposes(asking: AskingDesk) -> list[Purpose]:
    return [call.purpose for call in asking.calls()]


def judged(asking: AskingDesk) -> list[LlmAnswerRow]:
    return [one for one in asking.answers() if one.judged_at is not None]


def test_how_the_model_is_asked_is_logged_and_part_of_every_question(open_asking: Open) -> None:
    mode = "json_schema two_steps.v1 system max_tokens"
    with capture_logs() as told:
        asking = open_asking(model_name=TWO_STEPS, model_price_file="", **NO_LIMIT)

    assert [one["mode"] for one in told if one["event"] == "model opened"] == [mode]
    asking.ask()
    assert {one.question["mode"] for one in asking.answers()} == {mode}


def test_both_replies_are_kept_and_the_second_is_judged(
    asking: AskingDesk, stand_in: StandIn
) -> None:
    assert isinstance(asking.ask(), Analysis)

    observed, decided_ = asking.answers()
    assert purposes(asking) == [Purpose.OBSERVE, Purpose.ANALYSE]
    assert [one.call_id for one in (observed, decided_)] == [call.id for call in asking.calls()]
    assert (observed.judged_at, observed.is_valid) == (None, False)
    assert decided_.is_valid
    for kept in (observed, decided_):
        assert kept.text
        assert kept.text.decode()[:20] in kept.raw.decode().replace("\\", "")
        assert kept.input_tokens
        assert kept.request_id
    assert observed.cache_key != decided_.cache_key
    assert len(stand_in.questions()) == 2


def test_the_same_question_is_answered_from_memory(asking: AskingDesk, stand_in: StandIn) -> None:
    assert asking.ask() == asking.ask()
    assert len(stand_in.questions()) == 2


def test_a_description_that_fails_is_what_is_judged(asking: AskingDesk, stand_in: StandIn) -> None:
    stand_in.script({"kind": "refusal"})

    assert asking.abstention().code is AbstentionCode.REFUSAL
    assert purposes(asking) == [Purpose.OBSERVE]
    assert [one.failure for one in judged(asking)] == [FailureCode.REFUSAL]


@pytest.mark.parametrize("bad", [GARBAGE, {"kind": "empty"}, {"kind": "truncate"}])
def test_a_picture_is_described_once_however_often_its_words_are_asked_about(
    asking: AskingDesk, stand_in: StandIn, bad: Row
) -> None:
    stand_in.script(GOOD, bad)

    assert isinstance(asking.ask(), Analysis)
    again = Purpose.REPAIR if bad is GARBAGE else Purpose.ANALYSE
    assert purposes(asking) == [Purpose.OBSERVE, Purpose.ANALYSE, again]
    assert [call.pictures for call in asking.calls()] == [1, 0, 0]
    _, first, second = (str(body["messages"][-1]["content"]) for body in stand_in.questions())
    quoted = first.partition("<picture>")[2]
    assert quoted
    assert second.endswith(quoted)


@pytest.mark.parametrize(
    "bad", [(GOOD, UNSEEN), ({"kind": "empty"},)], ids=["not seen", "no description"]
)
def test_a_picture_that_was_not_seen_is_described_again(
    asking: AskingDesk, stand_in: StandIn, bad: tuple[Row, ...]
) -> None:
    stand_in.script(*bad)

    assert isinstance(asking.ask(), Analysis)
    assert purposes(asking)[-2:] == [Purpose.OBSERVE, Purpose.ANALYSE]
    assert len(asking.calls()) == len(bad) + 2


@pytest.mark.parametrize(
    "bad",
    [[GOOD, GARBAGE, GARBAGE] * 2 + [GOOD, GARBAGE], [GOOD, UNSEEN] * 2],
    ids=["broken schema", "unseen picture"],
)
def test_a_breaker_that_its_answers_opened_is_closed_by_the_second_step(
    asking: AskingDesk, stand_in: StandIn, bad: list[Row]
) -> None:
    stand_in.script(*bad)
    fresh = asking.changed(cache=CacheMode.REFRESH)
    while fresh.abstention().code is not AbstentionCode.SAFE_MODE:
        pass
    asking.clock.passes(MINUTE)

    assert isinstance(fresh.ask(), Analysis)
    assert isinstance(fresh.ask(), Analysis)


def test_a_server_without_bills_comes_back_too(asking: AskingDesk, stand_in: StandIn) -> None:
    stand_in.script(*[OVERLOADED] * 3, *[UNPAID] * 2)
    for _ in range(3):
        assert asking.abstention().code is AbstentionCode.UNAVAILABLE
    asking.clock.passes(MINUTE)

    assert isinstance(asking.ask(), Analysis)


@pytest.fixture
def nobody_asked(stand_in: StandIn) -> Iterator[None]:
    """What follows sends no question."""
    before = len(stand_in.questions())
    yield
    assert len(stand_in.questions()) == before


def read(told: StoredReply) -> ModelAnswer | Failure:
    return read_answer(told.reply, strict=is_mode_strict(told.mode))


@pytest.mark.parametrize(
    "steps",
    [(), (GOOD, GARBAGE), (GOOD, GARBAGE, GARBAGE), ({"kind": "refusal"},)],
    ids=["first answer", "repaired", "never right", "no description"],
)
def test_a_decision_of_two_steps_is_decided_the_same_again_without_a_call(
    asking: AskingDesk,
    stand_in: StandIn,
    sessions: sessionmaker[Session],
    request: pytest.FixtureRequest,
    steps: tuple[Row, ...],
) -> None:
    stand_in.script(*steps)
    said = asking.ask()
    request.getfixturevalue("nobody_asked")

    done = replayed(asking, said, sessions)

    assert (done.status, done.differences) == (Status.SAME, ())


def replayed(
    asking: AskingDesk, said: Analysis | Abstention, sessions: sessionmaker[Session]
) -> Replayed:
    account = asking.desk.account.account
    resources = desk_at_noon(sessions, account, now=asking.clock())
    decision = decided(resources, SNAPSHOT, said)
    with read_session(sessions) as session:
        stored = load_decision(session, asking.desk.account, decision)
        assert stored is not None
        return replay(session, Today(resources.desk, render_chart, read), stored)

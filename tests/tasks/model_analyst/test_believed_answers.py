"""A model's answer becomes an analysis, is remembered, and costs money once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import NoReturn

import pytest

from config.settings import Settings
from db.states import CallState
from tasks.analysis import judge
from tasks.resources import desk_of
from tests.tasks.model_analyst.asking_desk import SNAPSHOT, AskingDesk, StandIn
from trading.analysis import AbstentionCode, Action
from trading.cache_keys import CacheMode
from trading.failures import FailureCode
from trading.model_errors import ModelUnavailableError
from trading.model_port import Around
from trading.reasons import Reason
from trading.replies import ModelRequest, Purpose

HOUR = timedelta(hours=1)
BRIEFLY = {"kind": "hang", "seconds": 0.2}
MISREAD = {"kind": "mutate", "path": "/chart_readback/visible_high", "value": 99_999}


def test_a_good_answer_becomes_an_analysis_without_doubts(asking: AskingDesk) -> None:
    said = asking.analysis()

    assert said.action in Action
    assert (said.analyst, said.version) == ("stand-in-vision", "chart_reader@1")
    assert said.doubts == ()


def test_the_ledger_names_the_decision_a_call_was_for(asking: AskingDesk) -> None:
    asking.ask()

    (call,) = asking.calls()
    assert (call.slot, call.symbol, call.arm) == (SNAPSHOT.as_of, SNAPSHOT.symbol, "model")
    assert (call.purpose, call.attempt, call.state) == (Purpose.ANALYSE, 1, CallState.SETTLED)
    assert len(call.prompt_fingerprint or "") == 64
    assert call.cost_usd is not None
    assert call.reserved_usd is not None
    assert 0 < call.cost_usd <= call.reserved_usd


def test_the_reply_is_kept_as_it_came(asking: AskingDesk) -> None:
    asking.ask()

    (answer,) = asking.answers()
    assert b'"chat.completion"' in answer.raw
    assert answer.input_tokens == asking.calls()[0].input_tokens
    assert (answer.is_valid, answer.failure) == (True, None)


def test_the_same_question_in_the_same_bar_is_answered_from_memory(
    asking: AskingDesk, stand_in: StandIn
) -> None:
    first = asking.analysis()
    asking.clock.passes(timedelta(minutes=40))

    assert asking.analysis() == first
    assert len(stand_in.questions()) == len(asking.calls()) == 1


def test_an_answer_is_not_served_after_its_bar(asking: AskingDesk, stand_in: StandIn) -> None:
    asking.ask()
    asking.clock.passes(HOUR)

    assert asking.abstention().code is AbstentionCode.STALE
    # Nor is an answer paid for that could only be too late.
    assert len(stand_in.questions()) == len(asking.calls()) == 1


def test_what_is_left_of_the_quarter_of_a_bar_is_all_the_time_there_is(
    asking: AskingDesk,
) -> None:
    left: list[timedelta] = []

    def note(request: ModelRequest, _around: Around) -> NoReturn:
        left.append(request.deadline)
        message = "busy"
        raise ModelUnavailableError(message)

    noting = asking.changed(model=replace(asking.desk.model, ask=note))
    late = timedelta(minutes=14, seconds=30)
    asking.clock.now = SNAPSHOT.taken_at + late
    assert noting.abstention().code is AbstentionCode.UNAVAILABLE
    assert left == [timedelta(seconds=30)]


def test_two_who_ask_the_same_at_once_are_answered_with_one_call(
    asking: AskingDesk, stand_in: StandIn
) -> None:
    stand_in.script(BRIEFLY)

    with ThreadPoolExecutor(2) as threads:
        first, second = (threads.submit(asking.analysis) for _ in range(2))

    assert first.result() == second.result()
    assert len(stand_in.questions()) == 1


def test_refresh_asks_again(asking: AskingDesk, stand_in: StandIn) -> None:
    fresh = asking.changed(cache=CacheMode.REFRESH)

    assert fresh.analysis() == fresh.analysis()
    assert len(stand_in.questions()) == 2


def test_a_replay_of_what_was_never_asked_sends_nothing(
    asking: AskingDesk, stand_in: StandIn
) -> None:
    said = asking.changed(cache=CacheMode.REPLAY).abstention()

    assert said.code is AbstentionCode.UNAVAILABLE
    assert "a replay asks nobody" in said.detail
    assert (stand_in.questions(), asking.calls()) == ([], [])


def test_a_replay_tells_what_was_said_then_and_asks_nobody(
    asking: AskingDesk, stand_in: StandIn
) -> None:
    first = asking.analysis()
    asking.clock.passes(1000 * HOUR)

    assert asking.changed(cache=CacheMode.REPLAY).analysis() == first
    assert len(stand_in.questions()) == 1


def test_a_misread_picture_is_kept_with_its_doubt_and_not_traded(
    asking: AskingDesk, stand_in: StandIn
) -> None:
    stand_in.script(MISREAD)
    said = asking.analysis()

    assert "visible high 99999" in said.doubts[0]
    refused = judge(desk_of(Settings()), SNAPSHOT, said).refused
    assert refused is not None
    assert refused.reason is Reason.CONFIDENCE_SHADOW
    assert asking.answers()[0].failure is FailureCode.READBACK_MISMATCH
    assert asking.analysis() == said
    assert len(stand_in.questions()) == 1


@pytest.mark.parametrize("pictures", ["none", "ltf"])
def test_a_picture_goes_along_if_the_owner_wants_it(
    open_asking: Callable[..., AskingDesk], stand_in: StandIn, pictures: str
) -> None:
    open_asking(model_pictures=pictures).analysis()

    (asked,) = stand_in.questions()
    assert ("image_url" in str(asked["messages"][-1]["content"])) is (pictures == "ltf")

"""What is asked after a bad answer: once more at most, and then there is an abstention."""

from typing import Any

import pytest

from tests.tasks.model_analyst.asking_desk import AskingDesk, Row, StandIn
from trading.analysis import AbstentionCode, Analysis
from trading.replies import Purpose

GARBAGE = {"kind": "answer", "text": "I would buy some."}
BLIND = {"kind": "drop_image"}
CUT = {"kind": "truncate"}
EMPTY = {"kind": "empty"}
REFUSAL = {"kind": "refusal"}


def changed(path: str, value: Any) -> Row:
    return {"kind": "mutate", "path": path, "value": value}


REPAIRED = [
    (GARBAGE, "not_json"),
    ({"kind": "double"}, "multi_json"),
    ({"kind": "fullwidth"}, "confusable"),
    (changed("/p_up", "60"), "bad_number"),
    (changed("/regime", "sideways"), "schema"),
]
RETRIED = [
    (EMPTY, "empty"),
    (BLIND, "vision_not_seen"),
    ({"kind": "alter_image"}, "vision_not_seen"),
    (CUT, "truncated"),
]
FINAL = [
    (REFUSAL, "refusal"),
    ({"kind": "filter"}, "refusal"),
    (changed("/take_profit", 1), "price_insane"),
    (changed("/summary", "Buy at https://example.com now."), "injection"),
]


def asked(body: Row) -> object:
    """All of a question but its room for the answer."""
    return {name: part for name, part in body.items() if "tokens" not in name}


def told(body: Row) -> str:
    return str(body["messages"][-1]["content"])


@pytest.mark.parametrize(("step", "code"), REPAIRED)
def test_what_can_be_repaired_is_repaired_by_the_model(
    asking: AskingDesk, stand_in: StandIn, step: Row, code: str
) -> None:
    stand_in.script(step)

    assert isinstance(asking.ask(), Analysis)
    assert [call.purpose for call in asking.calls()] == [Purpose.ANALYSE, Purpose.REPAIR]
    assert [call.attempt for call in asking.calls()] == [1, 2]
    assert [answer.failure for answer in asking.answers()] == [code, None]


def test_a_repair_tells_the_question_again_and_what_was_wrong(
    asking: AskingDesk, stand_in: StandIn
) -> None:
    stand_in.script(changed("/regime", "sideways"))
    asking.ask()

    first, second = map(told, stand_in.questions())
    assert "Your last answer could not be used." in second
    assert "regime" in second.split("could not be used.")[1]
    assert "could not be used" not in first
    assert "image_url" in second


@pytest.mark.parametrize(("step", "code"), RETRIED)
def test_what_may_pass_by_itself_is_asked_again_in_the_same_words(
    asking: AskingDesk, stand_in: StandIn, step: Row, code: str
) -> None:
    stand_in.script(step)

    assert isinstance(asking.ask(), Analysis)
    first, second = map(asked, stand_in.questions())
    assert first == second
    assert [answer.failure for answer in asking.answers()] == [code, None]


def test_a_cut_answer_gets_twice_the_room(asking: AskingDesk, stand_in: StandIn) -> None:
    stand_in.script(CUT)
    asking.ask()

    assert [body["max_tokens"] for body in stand_in.questions()] == [4000, 8000]
    assert [call.max_output_tokens for call in asking.calls()] == [4000, 8000]


@pytest.mark.parametrize(("step", "code"), REPAIRED + RETRIED)
def test_nobody_is_asked_a_third_time(
    asking: AskingDesk, stand_in: StandIn, step: Row, code: str
) -> None:
    stand_in.script({**step, "times": 3})

    assert asking.abstention().code == code
    assert len(stand_in.questions()) == len(asking.calls()) == 2
    assert [answer.failure for answer in asking.answers()] == [code, code]


@pytest.mark.parametrize(("step", "code"), FINAL)
def test_what_asking_again_would_not_change_is_final(
    asking: AskingDesk, stand_in: StandIn, step: Row, code: str
) -> None:
    stand_in.script(step)

    assert asking.abstention().code == code
    assert len(stand_in.questions()) == 1


def test_garbage_is_kept_whole_and_never_served(asking: AskingDesk, stand_in: StandIn) -> None:
    stand_in.script(GARBAGE, GARBAGE)
    asking.ask()

    for answer in asking.answers():
        assert b"I would buy some." in answer.raw
        assert answer.input_tokens
        assert not answer.is_valid
    assert isinstance(asking.ask(), Analysis)
    assert len(stand_in.questions()) == 3


def test_the_code_of_the_picture_is_not_given_away(asking: AskingDesk, stand_in: StandIn) -> None:
    stand_in.script(BLIND, BLIND)

    assert asking.abstention().code is AbstentionCode.VISION_NOT_SEEN
    assert all("is not the one in the picture" not in told(b) for b in stand_in.questions())

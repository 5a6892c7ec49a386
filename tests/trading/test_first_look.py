"""A model is looked at once, and again only when what is known of it is old or was bad."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.adapters.openai.model_builders import CHAT
from tests.trading.builders import NOW
from trading.call_outcomes import NO_ANSWER, NO_USAGE, NOT_SENT, PastCall
from trading.failures import FailureCode
from trading.first_look import AGAIN_AFTER, FRESH_FOR, fault_of, is_due, look_fingerprint

GOOD = PastCall(NOW, NOW, None, is_judged=True, failure=None, had_picture=True)
BLIND = replace(GOOD, failure=FailureCode.VISION_NOT_SEEN)
LOST = replace(GOOD, is_judged=False, error_code=NO_ANSWER)
REFUSED = replace(GOOD, is_judged=False, error_code="wrong_key")
ON_ITS_WAY = replace(GOOD, ended_at=None, is_judged=False)
SECOND = timedelta(seconds=1)


def test_a_model_that_nobody_looked_at_is_looked_at() -> None:
    assert is_due(None, now=NOW)


@pytest.mark.parametrize(
    ("look", "age", "due"),
    [
        (GOOD, FRESH_FOR - SECOND, False),
        (GOOD, FRESH_FOR, True),
        (BLIND, AGAIN_AFTER - SECOND, False),
        (BLIND, AGAIN_AFTER, True),
        (LOST, AGAIN_AFTER, True),
        (REFUSED, AGAIN_AFTER, True),
        (ON_ITS_WAY, SECOND, False),
        (ON_ITS_WAY, AGAIN_AFTER, True),
    ],
)
def test_a_look_holds_for_its_time(look: PastCall, age: timedelta, due: bool) -> None:
    assert is_due(look, now=NOW + age) is due


@pytest.mark.parametrize(
    ("look", "said"),
    [
        (GOOD, ""),
        (replace(GOOD, error_code=NO_USAGE), ""),
        (ON_ITS_WAY, ""),
        (BLIND, "it does not see a picture that it is shown"),
        (replace(GOOD, failure=FailureCode.NOT_JSON), "its answer is not_json"),
        (LOST, "there was no answer (no answer)"),
        (REFUSED, "there was no answer (wrong key)"),
        (replace(LOST, error_code=NOT_SENT), "there was no answer (not sent)"),
    ],
)
def test_what_was_wrong_is_said_in_words(look: PastCall, said: str) -> None:
    assert fault_of(look) == said


def test_who_is_asked_otherwise_is_looked_at_anew() -> None:
    def of(
        host: str = "h:1", model: str = "m", effort: str | None = None, *, picture: bool = True
    ) -> str:
        return look_fingerprint(host, model, CHAT, effort=effort, sends_picture=picture)

    two_steps = replace(CHAT, vision_and_structured=False)
    different = [
        of(),
        of(host="h:2"),
        of(model="n"),
        of(effort="low"),
        of(picture=False),
        look_fingerprint("h:1", "m", two_steps, effort=None, sends_picture=True),
    ]
    assert of() == of()
    assert len(set(different)) == len(different)

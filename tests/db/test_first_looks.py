"""What the ledger tells of first looks at models."""

from datetime import timedelta

from sqlalchemy.orm import Session

from db.queries.first_looks import newest_look, standing_fault
from db.repositories import llm_answers, llm_calls
from db.repositories.llm_calls import Ending
from tests.db.model_calls import KEY, NOW, answer, question, reply, reserve
from trading.call_outcomes import PastCall
from trading.failures import Failure, FailureCode
from trading.replies import Purpose

MODEL, LOOK = "gpt-4.1", "ef" * 32
SECOND = timedelta(seconds=1)
BLIND = Failure(FailureCode.VISION_NOT_SEEN, "no")


def look(session: Session, failure: Failure | None = BLIND, age: timedelta = SECOND) -> None:
    at = NOW - age
    made = reserve(
        session, at, purpose=Purpose.PROBE, slot=None, symbol=None, prompt_fingerprint=LOOK
    )
    kept = llm_answers.store(
        session, question(), reply(), call_id=made.call_id, valid_until=at, now=at
    )
    llm_answers.judge(session, kept, failure, now=at)
    llm_calls.keep(session, made.call_id, Ending(error_code="no_usage"), now=at)


def fault(session: Session, model: str = MODEL) -> str:
    return standing_fault(session, KEY, model, now=NOW)


def test_nobody_looked(session: Session) -> None:
    reserve(session, purpose=Purpose.PROBE, slot=None, symbol=None, prompt_fingerprint=None)
    assert newest_look(session, KEY, LOOK, now=NOW) is None
    assert fault(session) == ""


def test_the_newest_look_tells_what_came_of_it(session: Session) -> None:
    look(session, failure=None, age=2 * SECOND)
    look(session)
    at = NOW - SECOND
    assert newest_look(session, KEY, LOOK, now=NOW) == PastCall(
        at, at, "no_usage", True, BLIND.code, True
    )
    assert newest_look(session, KEY, LOOK, now=NOW - 2 * SECOND) is not None
    assert newest_look(session, KEY, "cd" * 32, now=NOW) is None


def test_its_fault_stands_until_an_answer_is_right(session: Session) -> None:
    look(session)
    assert fault(session) == "it does not see a picture that it is shown"
    assert fault(session, "another") == ""
    about_chart = answer(session)
    assert fault(session) != ""
    llm_answers.judge(session, about_chart, None, now=NOW)
    assert fault(session) == ""


def test_the_first_of_two_steps_that_nobody_answered_is_a_fault_too(session: Session) -> None:
    made = reserve(
        session, purpose=Purpose.OBSERVE, slot=None, symbol=None, prompt_fingerprint=LOOK
    )
    assert fault(session) == ""
    llm_calls.keep(session, made.call_id, Ending(error_code="no_answer"), now=NOW)
    assert fault(session) == "there was no answer (no answer)"

"""The newest calls to a model, as its breakers read them."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from db.keys import AccountKey
from db.queries.recent_calls import recent_calls
from db.repositories import llm_answers, llm_calls
from db.repositories.llm_calls import Ending
from tests.db.model_calls import KEY, NOW, answer, question, reply, reserve
from trading.call_outcomes import PastCall
from trading.failures import Failure, FailureCode
from trading.replies import Purpose

HOST, MODEL = "api.openai.com", "gpt-4.1"
SECOND = timedelta(seconds=1)


def seen(session: Session, key: AccountKey = KEY, model: str = MODEL) -> list[PastCall]:
    return list(recent_calls(session, key, HOST, model, now=NOW))


def test_a_call_on_its_way_has_no_end(session: Session) -> None:
    reserve(session)

    assert seen(session) == [PastCall(NOW, None, None, False, None, False)]


def test_a_call_on_its_way_tells_whether_it_shows_a_picture(session: Session) -> None:
    reserve(session, pictures=1)

    assert seen(session) == [PastCall(NOW, None, None, False, None, True)]


def test_a_call_without_an_answer_tells_how_it_ended(session: Session) -> None:
    call_id = reserve(session).call_id
    llm_calls.keep(session, call_id, Ending(error_code="no_answer"), now=NOW + SECOND)

    assert seen(session) == [PastCall(NOW, NOW + SECOND, "no_answer", False, None, False)]


@pytest.mark.parametrize("failure", [None, FailureCode.NOT_JSON])
def test_a_judged_answer_tells_its_verdict_and_whether_there_was_a_picture(
    session: Session, failure: FailureCode | None
) -> None:
    found = answer(session)
    verdict = None if failure is None else Failure(failure, "no")
    llm_answers.judge(session, found, verdict, now=NOW)

    assert seen(session) == [PastCall(NOW, None, None, True, failure, True)]


def test_the_newest_thirty_come_newest_first(session: Session) -> None:
    for age in range(31):
        reserve(session, NOW - age * SECOND)

    assert [call.began_at for call in seen(session)] == [NOW - age * SECOND for age in range(30)]


def test_calls_of_others_of_the_future_and_of_a_doctor_do_not_count(session: Session) -> None:
    reserve(session)
    reserve(session, model_requested="other", host=HOST)
    reserve(session, host="elsewhere")
    reserve(session, NOW + SECOND)
    reserve(session, purpose=Purpose.PROBE)

    assert len(seen(session)) == 1
    assert seen(session, AccountKey(KEY.environment, "other")) == []


def test_a_first_look_counts_by_its_verdict(session: Session) -> None:
    look = reserve(session, purpose=Purpose.PROBE, slot=None, symbol=None)
    kept = llm_answers.store(
        session, question(), reply(), call_id=look.call_id, valid_until=NOW, now=NOW
    )
    assert seen(session) == []
    blind = Failure(FailureCode.VISION_NOT_SEEN, "no")
    llm_answers.judge(session, kept, blind, now=NOW)

    assert seen(session) == [PastCall(NOW, None, None, True, blind.code, True)]

"""An answer is kept as it came, served again only if it was valid, and asked for once."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta
from threading import Barrier, Event, Thread
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session, sessionmaker

from db.models import LlmAnswerRow
from db.repositories import llm_answers
from db.repositories.llm_answers import QuestionInFlightError, find, judge, single_flight
from db.unit_of_work import unit_of_work
from tests.db.model_calls import NOW, answer, question, reply
from trading.cache_keys import CacheMode, cache_key
from trading.canonical import fingerprint
from trading.errors import InvariantError
from trading.failures import Failure, FailureCode
from trading.replies import FinishState

KEY = cache_key(question())
NEXT_BAR = NOW + timedelta(hours=1)
YEARS_LATER = NOW + timedelta(days=1_000)
BEFORE_NEXT_BAR = NEXT_BAR - timedelta(microseconds=1)
WRONG = Failure(FailureCode.NOT_JSON, "no object in it")
DOUBTFUL = Failure(FailureCode.READBACK_MISMATCH, "the high is off")


def judged(session: Session, failure: Failure | None = None, **changed: Any) -> UUID:
    answer_id = answer(session, **changed)
    judge(session, answer_id, failure, now=NOW)
    return answer_id


def served(session: Session, mode: CacheMode, now: datetime = NOW) -> UUID | None:
    found = find(session, KEY, mode, now)
    return found and found.id


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"raw": b"", "text": None, "usage": None, "finish": FinishState.UNKNOWN},
        {"refusal": "I cannot", "finish": FinishState.FILTERED, "attempts": 3},
        {"text": "a NUL \x00, half a pair \ud800, U+3000 \u3000"},
        {"raw": bytes(range(256)) * 4_096, "text": "\N{CJK UNIFIED IDEOGRAPH-4E00}" * 9},
    ],
)
def test_a_reply_comes_back_to_the_last_byte(session: Session, changed: dict[str, Any]) -> None:
    found = llm_answers.load(session, answer(session, **changed))

    assert found is not None
    assert found.reply == reply(**changed)
    assert (found.is_valid, found.failure, found.valid_until) == (False, None, NEXT_BAR)


def test_names_from_a_hostile_server_are_stored_without_what_cannot_be_stored(
    session: Session,
) -> None:
    hostile = {"model": "gpt\x00", "request_id": "\udfff", "refusal": "no\x00"}
    found = llm_answers.load(session, answer(session, **hostile))

    assert found is not None
    said = found.reply
    assert (said.model, said.request_id, said.refusal) == ("gpt\ufffd", "\ufffd", "no\ufffd")


def test_a_stored_question_proves_its_key(session: Session) -> None:
    row = session.get(LlmAnswerRow, answer(session))

    assert row is not None
    assert fingerprint(row.question) == row.cache_key == KEY
    assert "You read charts." not in str(row.question)


@pytest.mark.parametrize(
    ("mode", "now", "is_served"),
    [
        (CacheMode.LIVE, NOW, True),
        (CacheMode.LIVE, BEFORE_NEXT_BAR, True),
        (CacheMode.LIVE, NEXT_BAR, False),
        (CacheMode.LIVE, NOW - timedelta(seconds=1), False),
        (CacheMode.REPLAY, YEARS_LATER, True),
        (CacheMode.REFRESH, NOW, False),
    ],
)
def test_each_mode_serves_what_it_promises(
    session: Session, mode: CacheMode, now: datetime, is_served: bool
) -> None:
    answer_id = judged(session)
    assert served(session, mode, now) == (answer_id if is_served else None)


def test_only_replay_may_never_ask() -> None:
    assert [mode for mode in CacheMode if not mode.may_ask] == [CacheMode.REPLAY]


@pytest.mark.parametrize("mode", CacheMode)
def test_nothing_is_served_before_its_verdict_or_after_a_failure(
    session: Session, mode: CacheMode
) -> None:
    answer(session)
    failed = judged(session, WRONG)

    assert served(session, mode) is None
    kept = llm_answers.load(session, failed)
    assert kept is not None
    assert kept.failure is FailureCode.NOT_JSON


def test_an_error_of_the_server_is_kept_and_never_judged(session: Session) -> None:
    kept = answer(session, status=503, raw=b"<html>busy", text=None, usage=None)

    found = llm_answers.load(session, kept)
    assert found is not None
    assert (found.reply.status, found.reply.raw) == (503, b"<html>busy")
    with pytest.raises(IntegrityError, match="errors_are_not_judged"):
        llm_answers.judge(session, kept, None, now=NOW)


def test_an_answer_that_may_only_be_shadowed_is_not_paid_for_twice(session: Session) -> None:
    answer_id = judged(session, DOUBTFUL)
    found = find(session, KEY, CacheMode.LIVE, NOW)

    assert found is not None
    assert (found.id, found.failure) == (answer_id, FailureCode.READBACK_MISMATCH)


def test_the_newest_valid_answer_is_served(session: Session) -> None:
    judged(session)
    newer = judged(session, now=NOW + timedelta(minutes=5))
    judged(session, WRONG, now=NOW + timedelta(minutes=9))

    assert served(session, CacheMode.LIVE, NOW + timedelta(minutes=10)) == newer


def test_a_verdict_is_given_once(session: Session) -> None:
    answer_id = judged(session, WRONG)

    with pytest.raises(InvariantError, match="it is given once"):
        judge(session, answer_id, None, now=NOW)
    with pytest.raises(InvariantError, match="store it before it is judged"):
        judge(session, uuid4(), None, now=NOW)
    with pytest.raises(IntegrityError, match="only the verdict on an answer that has none"):
        session.execute(text("UPDATE llm_answers SET is_valid = true"))


def test_what_was_said_is_never_rewritten(session: Session) -> None:
    answer(session)
    change = "text = 'LONG', is_valid = true, judged_at = created_at"
    with pytest.raises(IntegrityError, match="UPDATE of llm_answers is refused"):
        session.execute(text(f"UPDATE llm_answers SET {change}"))


def test_two_who_ask_the_same_at_once_pay_for_one_call(
    session_factory: sessionmaker[Session],
) -> None:
    start = Barrier(8)

    def ask(_: int) -> bool:
        start.wait()
        with single_flight(session_factory, KEY):
            with unit_of_work(session_factory) as session:
                if find(session, KEY, CacheMode.LIVE, NOW) is not None:
                    return False
            with unit_of_work(session_factory) as session:
                judged(session)
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(ask, range(8))) == 1


def test_another_question_does_not_wait(session_factory: sessionmaker[Session]) -> None:
    with (
        single_flight(session_factory, KEY),
        single_flight(session_factory, cache_key(question(sample=1))),
    ):
        pass


def test_who_waits_too_long_is_told_not_to_ask(session_factory: sessionmaker[Session]) -> None:
    moment = timedelta(milliseconds=20)
    with (
        single_flight(session_factory, KEY),
        pytest.raises(QuestionInFlightError, match="by another process for more than"),
        single_flight(session_factory, KEY, at_most=moment),
    ):
        pass


def test_a_process_that_dies_while_it_asks_lets_the_next_one_ask(
    session_factory: sessionmaker[Session], engine: Engine
) -> None:
    died = Event()

    def ask_and_die() -> None:
        with suppress(OperationalError), single_flight(session_factory, KEY):
            _kill_holder(engine)
            died.set()

    dying = Thread(target=ask_and_die)
    dying.start()
    assert died.wait(timeout=10)
    with single_flight(session_factory, KEY, at_most=timedelta(seconds=10)):
        pass
    dying.join()


def _kill_holder(engine: Engine) -> None:
    holders = (
        "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted"
        " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    )
    with engine.connect() as connection:
        assert connection.scalars(text(holders)).all() == [True]


def test_a_call_that_fails_lets_the_next_one_ask(session_factory: sessionmaker[Session]) -> None:
    with pytest.raises(ZeroDivisionError), single_flight(session_factory, KEY):
        _ = 1 / 0
    with single_flight(session_factory, KEY, at_most=timedelta(milliseconds=20)):
        pass

"""One question: answered from memory where the same was asked in this bar, otherwise asked."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from db.repositories import llm_answers
from db.unit_of_work import read_session, unit_of_work
from tasks.model_analyst.booking import Booking
from tasks.model_analyst.desk import ModelDesk
from trading.cache_keys import CacheMode, Question, cache_key
from trading.failures import Failure
from trading.model_answer import ANSWER_VERSION
from trading.model_errors import ModelUnavailableError
from trading.replies import ModelReply, ModelRequest
from trading.snapshot import MarketSnapshot

_TOO_MANY = "Allow more calls at once, or ask for fewer symbols."


@dataclass(frozen=True, slots=True)
class Asked:
    """An answer and where it is kept. One from memory `is_known`: it has its verdict already."""

    reply: ModelReply
    answer_id: UUID
    answered_at: datetime
    is_known: bool


@contextmanager
def ask(
    desk: ModelDesk, snapshot: MarketSnapshot, request: ModelRequest, booking: Booking
) -> Iterator[Asked]:
    """The reply to `request`, stored before anything in it is read.

    Give the verdict inside the block: only then may whoever waits for the same answer look.

    Raises:
        BudgetExhaustedError: no money is left for it; nothing was sent.
        LeftAloneError: a breaker of the model is open; nothing was sent.
        ModelError: there is no answer.
        QuestionInFlightError: another process asks the same and has no answer yet.
    """
    question = _question(desk, request, booking)
    key = cache_key(question)
    until = desk.elapsed() + request.deadline.total_seconds()
    with (
        _place(desk, request.deadline),
        llm_answers.single_flight(desk.sessions, key, at_most=_left(desk, until)),
    ):
        known = _remembered(desk, key)
        if known is not None:
            yield known
            return
        if not desk.cache.may_ask:
            message = "no stored answer to this question, and a replay asks nobody"
            raise ModelUnavailableError(message)
        # Waiting, for a place or for somebody else's answer, was time too.
        reply = desk.model.ask(replace(request, deadline=_left(desk, until)), booking.around)
        yield _kept(desk, snapshot, question, reply, booking)


def judge(desk: ModelDesk, asked: Asked, failure: Failure | None) -> None:
    """Write the verdict down, once per answer."""
    if asked.is_known:
        return
    with unit_of_work(desk.sessions) as session:
        llm_answers.judge(session, asked.answer_id, failure, now=desk.now())


@contextmanager
def _place(desk: ModelDesk, within: timedelta) -> Iterator[None]:
    """One of the places for questions: each holds a connection of the pool while it is asked."""
    if not desk.places.acquire(timeout=within.total_seconds()):
        message = f"all places for questions were taken for {within.total_seconds():g} s"
        raise ModelUnavailableError(message, advice=_TOO_MANY)
    try:
        yield
    finally:
        desk.places.release()


def _left(desk: ModelDesk, until: float) -> timedelta:
    left = timedelta(seconds=until - desk.elapsed())
    if left <= timedelta(0):
        message = "waiting for others took all the time there was for this question"
        raise ModelUnavailableError(message, advice=_TOO_MANY)
    return left


def _question(desk: ModelDesk, request: ModelRequest, booking: Booking) -> Question:
    identity = desk.model.identity
    return Question(
        provider=identity.provider,
        host=identity.host,
        model=identity.model,
        model_snapshot="",
        api=identity.api,
        options=replace(identity.options, max_output_tokens=request.max_output_tokens),
        prompt_fingerprint=booking.prompt_fingerprint,
        system=request.system,
        user=request.user,
        images=tuple(hashlib.sha256(png).hexdigest() for png in request.images),
        schema_version=ANSWER_VERSION,
        sample=booking.attempt - 1,
    )


def _remembered(desk: ModelDesk, key: str) -> Asked | None:
    if desk.cache is CacheMode.REFRESH:
        return None
    with read_session(desk.sessions) as session:
        stored = llm_answers.find(session, key, desk.cache, desk.now())
    if stored is None:
        return None
    return Asked(stored.reply, stored.id, stored.created_at, is_known=True)


def _kept(
    desk: ModelDesk,
    snapshot: MarketSnapshot,
    question: Question,
    reply: ModelReply,
    booking: Booking,
) -> Asked:
    now = desk.now()
    assert booking.call_id is not None  # a reply came from a request, and that was booked
    with unit_of_work(desk.sessions) as session:
        answer_id = llm_answers.store(
            session,
            question,
            reply,
            call_id=booking.call_id,
            valid_until=max(now, snapshot.as_of + snapshot.interval.length),
            now=now,
        )
    return Asked(reply, answer_id, now, is_known=False)

"""One question: answered from memory where the same was asked in this bar, otherwise asked."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from db.repositories import llm_answers
from db.unit_of_work import read_session, unit_of_work
from tasks.model_analyst.booking import Booking
from tasks.model_analyst.desk import ModelDesk
from trading.cache_keys import CacheMode, cache_key
from trading.errors import AutotraderError
from trading.failures import Failure
from trading.model_errors import NotSentError
from trading.replies import ModelReply, ModelRequest

_TOO_MANY = "Allow more calls at once, or ask for fewer symbols."


class TooLateError(AutotraderError):
    """An answer could only come when it is not believed any more; nothing was sent."""


@dataclass(frozen=True, slots=True)
class Asked:
    """An answer and where it is kept. One from memory `is_known`: it has its verdict already."""

    reply: ModelReply
    answer_id: UUID
    answered_at: datetime
    is_known: bool


@contextmanager
def ask(desk: ModelDesk, request: ModelRequest, booking: Booking) -> Iterator[Asked]:
    """The reply to `request`, stored before anything in it is read.

    Give the verdict inside the block: only then may whoever waits for the same answer look.

    Raises:
        BudgetExhaustedError: no money is left for it; nothing was sent.
        LeftAloneError: a breaker of the model is open; nothing was sent.
        ModelError: there is no answer.
        TooLateError: the market was looked at too long ago; nothing was sent.
        QuestionInFlightError: another process asks the same and has no answer yet.
    """
    key = cache_key(booking.about(request))
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
            raise NotSentError(message)
        # Waiting, for a place or for somebody else's answer, was time too.
        left = min(_left(desk, until), _believed_for(desk, booking))
        reply = desk.model.ask(replace(request, deadline=left), booking.around)
        assert booking.kept is not None  # a reply is kept before it is given
        yield Asked(reply, booking.kept.id, booking.kept.at, is_known=False)


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
        raise NotSentError(message, advice=_TOO_MANY)
    try:
        yield
    finally:
        desk.places.release()


def _left(desk: ModelDesk, until: float) -> timedelta:
    left = timedelta(seconds=until - desk.elapsed())
    if left <= timedelta(0):
        message = "waiting for others took all the time there was for this question"
        raise NotSentError(message, advice=_TOO_MANY)
    return left


def _believed_for(desk: ModelDesk, booking: Booking) -> timedelta:
    """How long an answer will still be about the market that was looked at."""
    market = booking.snapshot
    if market is None:
        return desk.longest
    age = desk.now() - market.taken_at
    left = market.interval.length * float(desk.grounding.maximum_age) - max(age, timedelta(0))
    if left > timedelta(0):
        return left
    message = f"not asked: the market was looked at {age} ago, its answer would be too late"
    raise TooLateError(message)


def _remembered(desk: ModelDesk, key: str) -> Asked | None:
    if desk.cache is CacheMode.REFRESH:
        return None
    with read_session(desk.sessions) as session:
        stored = llm_answers.find(session, key, desk.cache, desk.now())
    if stored is None:
        return None
    return Asked(stored.reply, stored.id, stored.created_at, is_known=True)

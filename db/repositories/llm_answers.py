"""What models said: stored before it is read, judged once, served again only if it was valid.

Whatever came back is stored: an answer, the words of a first step, the error of a server.

analysis.md §3.8. A valid answer costs nothing the second time: in the same bar it is the answer
(live), and of any age it is evidence (replay).
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from psycopg.errors import LockNotAvailable
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker
from uuid_utils.compat import uuid7

from db.models import LlmAnswerRow
from db.repositories.outside_text import storable, text_bytes, text_of
from db.repositories.usage_columns import usage_columns, usage_of
from trading.cache_keys import CacheMode, Question, cache_key
from trading.checks import require
from trading.errors import AutotraderError, InvariantError
from trading.failures import Failure, FailureCode, Remedy
from trading.replies import ModelReply

_LONGEST_CALL = timedelta(minutes=3)


class QuestionInFlightError(AutotraderError):
    """Another process asks this very question and has no answer yet; abstain, do not ask too."""


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """A reply as it was stored. `failure` is what was wrong with it, None before the verdict."""

    id: UUID
    call_id: UUID
    reply: ModelReply
    failure: FailureCode | None
    is_valid: bool
    created_at: datetime
    valid_until: datetime


def find(session: Session, key: str, mode: CacheMode, now: datetime) -> StoredAnswer | None:
    """The newest valid answer to the question of this key that the mode allows, None if none.

    After None only a mode that `may_ask` goes on to the model.
    """
    if mode is CacheMode.REFRESH:
        return None
    statement = select(LlmAnswerRow).where(LlmAnswerRow.cache_key == key, LlmAnswerRow.is_valid)
    if mode is CacheMode.LIVE:
        statement = statement.where(LlmAnswerRow.created_at <= now, LlmAnswerRow.valid_until > now)
    newest = statement.order_by(LlmAnswerRow.created_at.desc(), LlmAnswerRow.id.desc()).limit(1)
    row = session.scalars(newest).one_or_none()
    return None if row is None else _stored(row)


def load(session: Session, answer_id: UUID) -> StoredAnswer | None:
    """An answer by its id, valid or not: the very one that a decision was made of."""
    row = session.get(LlmAnswerRow, answer_id)
    return None if row is None else _stored(row)


def store(
    session: Session,
    question: Question,
    reply: ModelReply,
    *,
    call_id: UUID,
    valid_until: datetime,
    now: datetime,
) -> UUID:
    """Keep a reply as it came, before anything in it is read; gives the answer's id.

    It is not served before `judge` finds it valid. `valid_until` is the close of the next bar.
    """
    row = LlmAnswerRow(
        id=uuid7(),
        call_id=call_id,
        cache_key=cache_key(question),
        question=question.to_json(),
        **_reply_columns(reply),
        created_at=now,
        valid_until=valid_until,
        is_valid=False,
    )
    session.add(row)
    session.flush()
    return row.id


def judge(session: Session, answer_id: UUID, failure: Failure | None, *, now: datetime) -> None:
    """Write down the verdict on an answer, once. None: nothing is wrong with it.

    An answer that may only be shadowed is valid too: it is judged again when it is served, with
    the same result, and asking again would cost money for nothing.

    Raises:
        InvariantError: there is no such answer, or it has its verdict.
    """
    row = session.get(LlmAnswerRow, answer_id, with_for_update=True)
    if row is None:
        message = f"there is no answer {answer_id}; store it before it is judged"
        raise InvariantError(message)
    require(row.judged_at is None, f"answer {answer_id} has its verdict; it is given once")
    row.judged_at = now
    row.failure = None if failure is None else failure.code
    row.is_valid = failure is None or failure.remedy is Remedy.SHADOW
    session.flush()


@contextmanager
def single_flight(
    factory: sessionmaker[Session], key: str, *, at_most: timedelta = _LONGEST_CALL
) -> Iterator[None]:
    """Be the only one, of all processes, who asks the question of this key.

    Look with `find` again inside: the one before may have stored the answer. The lock lives in a
    transaction of its own that writes nothing, so that reserving, storing and settling inside
    commit as they should, and it ends with this process. `at_most` bounds the wait and the call.

    Raises:
        QuestionInFlightError: somebody else is still at it after that time.
    """
    with factory() as lock:
        _hold(lock, key, at_most)
        yield


def _hold(lock: Session, key: str, at_most: timedelta) -> None:
    # The usual limits of a connection are shorter than a model may take.
    limits = {
        "lock_timeout": at_most,
        "statement_timeout": timedelta(0),
        "idle_in_transaction_session_timeout": 2 * at_most,
    }
    lock.execute(select(*(func.set_config(name, _spelled(limits[name]), True) for name in limits)))
    question = func.hashtextextended(f"llm question|{key}", 0)
    try:
        lock.execute(select(func.pg_advisory_xact_lock(question)))
    except OperationalError as error:
        if not isinstance(error.orig, LockNotAvailable):
            raise
        message = f"question {key[:12]} is asked by another process for more than {at_most}"
        raise QuestionInFlightError(message) from error


def _spelled(length: timedelta) -> str:
    """In milliseconds, at least one of anything: 0 is no limit at all."""
    least = 0 if length == timedelta(0) else 1
    return str(max(least, round(length.total_seconds() * 1000)))


def _stored(row: LlmAnswerRow) -> StoredAnswer:
    return StoredAnswer(
        id=row.id,
        call_id=row.call_id,
        reply=_reply(row),
        failure=row.failure,
        is_valid=row.is_valid,
        created_at=row.created_at,
        valid_until=row.valid_until,
    )


def _reply_columns(reply: ModelReply) -> dict[str, object]:
    return {
        "status": reply.status,
        "raw": reply.raw,
        "raw_sha256": hashlib.sha256(reply.raw).hexdigest(),
        "text": text_bytes(reply.text),
        "refusal": storable(reply.refusal),
        "finish": reply.finish,
        **usage_columns(reply.usage),
        "model": storable(reply.model),
        "request_id": storable(reply.request_id),
        "latency": reply.latency,
        "attempts": reply.attempts,
    }


def _reply(row: LlmAnswerRow) -> ModelReply:
    return ModelReply(
        raw=row.raw,
        text=text_of(row.text),
        refusal=row.refusal,
        finish=row.finish,
        usage=usage_of(row),
        model=row.model,
        request_id=row.request_id,
        latency=row.latency,
        attempts=row.attempts,
        status=row.status,
    )

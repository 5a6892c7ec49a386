"""Requests under an idempotency key: claimed before they run, answered once, then repeated."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session
from uuid_utils.compat import uuid7

from db.models import ApiRequestRow
from db.repositories.rows import insert_missing

KEPT = timedelta(hours=24)
"""After this time a key is forgotten, and a request with it is a new one."""


@dataclass(frozen=True, slots=True)
class RequestKey:
    """Whose request it is, and the hash of all it asks for."""

    token_id: UUID
    key: str
    sha256: str


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """What a request was answered with, byte for byte."""

    status: int
    media_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Claimed:
    """The right to carry a request out, to be answered or released under this id."""

    id: UUID


@dataclass(frozen=True, slots=True)
class Known:
    """The key was used before. Without an answer the request runs, or its process died."""

    is_same: bool
    answer: KeptAnswer | None
    since: datetime


def claim(session: Session, request: RequestKey, *, now: datetime) -> Claimed | Known:
    """The right to carry the request out, or what is known of the one that has its key."""
    session.execute(delete(ApiRequestRow).where(ApiRequestRow.created_at < now - KEPT))
    row = {
        "id": uuid7(),
        "token_id": request.token_id,
        "key": request.key,
        "request_sha256": request.sha256,
        "created_at": now,
    }
    while True:
        inserted = insert_missing(session, ApiRequestRow, [row], returning=ApiRequestRow.id)
        if inserted:
            return Claimed(inserted[0])
        # None: the other one was released between the two statements.
        if (known := _known(session, request)) is not None:
            return known


def answer(session: Session, claimed: Claimed, given: KeptAnswer) -> None:
    """Keep what the request was answered with."""
    values = {"status": given.status, "media_type": given.media_type, "body": given.body}
    session.execute(update(ApiRequestRow).where(ApiRequestRow.id == claimed.id).values(**values))


def release(session: Session, claimed: Claimed) -> None:
    """Forget a request that was not carried out, so that it may be sent again."""
    session.execute(delete(ApiRequestRow).where(ApiRequestRow.id == claimed.id))


def _known(session: Session, request: RequestKey) -> Known | None:
    statement = select(ApiRequestRow).where(
        ApiRequestRow.token_id == request.token_id, ApiRequestRow.key == request.key
    )
    row = session.scalars(statement).one_or_none()
    if row is None:
        return None
    return Known(row.request_sha256 == request.sha256, _answer_of(row), row.created_at)


def _answer_of(row: ApiRequestRow) -> KeptAnswer | None:
    if row.status is None or row.media_type is None or row.body is None:
        return None
    return KeptAnswer(row.status, row.media_type, row.body)

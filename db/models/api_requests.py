"""`api_requests`: what was asked for under an idempotency key, and what came of it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Identified, Recorded


class ApiRequestRow(Base, Identified, Recorded):
    """One request. The row comes first: of two at once one executes.

    Without an answer it runs, or the process died while it did.
    """

    __tablename__ = "api_requests"

    token_id: Mapped[UUID] = mapped_column(ForeignKey("api_tokens.id"))
    key: Mapped[str]
    request_sha256: Mapped[str]
    created_at: Mapped[datetime]
    status: Mapped[int | None]
    media_type: Mapped[str | None]
    body: Mapped[bytes | None]

    __table_args__ = (
        UniqueConstraint("token_id", "key"),
        CheckConstraint("key <> ''", name="has_key"),
        CheckConstraint("request_sha256 ~ '^[0-9a-f]{64}$'", name="request_is_hashed"),
        CheckConstraint("status BETWEEN 200 AND 499", name="failures_are_not_kept"),
        CheckConstraint("num_nulls(status, media_type, body) IN (0, 3)", name="answer_is_whole"),
        Index(None, "created_at"),
    )

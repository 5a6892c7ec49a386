"""`notifications`: what the owner is to be told, kept until it was."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Identified, OfAccount, Recorded
from db.states import LetterState
from trading.notices import NoticeKind, Severity


class NotificationRow(Base, Identified, OfAccount, Recorded):
    """One message to one chat. `place` is the order of events, `not_before` the quiet hours' end.

    `next_attempt_at` is when it may be tried (again); while one process sends it, it lies in the
    future, so that no other does. `error` is the newest failure, without secrets.
    """

    __tablename__ = "notifications"

    place: Mapped[int] = mapped_column(BigInteger, Identity(), unique=True)
    chat_id: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[NoticeKind]
    severity: Mapped[Severity]
    dedupe_key: Mapped[str]
    window_start: Mapped[datetime]
    text: Mapped[str]
    is_silent: Mapped[bool]
    approval_id: Mapped[UUID | None] = mapped_column(ForeignKey("approvals.id"))
    picture_sha256: Mapped[str | None] = mapped_column(ForeignKey("charts.sha256"))
    state: Mapped[LetterState]
    attempts: Mapped[int]
    created_at: Mapped[datetime]
    not_before: Mapped[datetime]
    next_attempt_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    message_id: Mapped[int | None] = mapped_column(BigInteger)
    error: Mapped[str]

    __table_args__ = (
        UniqueConstraint(
            "environment",
            "account",
            "chat_id",
            "dedupe_key",
            "window_start",
            name="uq_notifications_told_once",
        ),
        CheckConstraint("text <> '' AND dedupe_key <> ''", name="says_something"),
        CheckConstraint("attempts >= 0", name="attempts_not_negative"),
        CheckConstraint("(state = 'waiting') = (ended_at IS NULL)", name="ended_has_time"),
        CheckConstraint("(state = 'sent') = (message_id IS NOT NULL)", name="sent_has_message"),
        CheckConstraint("state <> 'given_up' OR error <> ''", name="given_up_for_a_reason"),
        Index(
            "ix_notifications_waiting",
            "environment",
            "account",
            "chat_id",
            "place",
            postgresql_where="state = 'waiting'",
        ),
    )

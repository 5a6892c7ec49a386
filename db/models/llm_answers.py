"""`llm_answers`: everything a model ever said, as it came, under the key of its question."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Identified, Json, Recorded
from trading.failures import FailureCode
from trading.replies import FinishState


class LlmAnswerRow(Base, Identified, Recorded):
    """One reply. It is stored before it is read; the verdict is filled in once.

    Failures stay beside valid answers of the same key, for the audit, and are never served. A
    reply nobody judges is no answer to a decision's question: an error of the server (`status`
    says which) or the words of the first of two steps. The database checks the hash of the raw
    bytes itself. `question` holds the parts of the key. `text` is UTF-8 as bytes, because a model
    may write characters that a text column cannot hold.
    """

    __tablename__ = "llm_answers"

    call_id: Mapped[UUID] = mapped_column(ForeignKey("llm_calls.id"))
    cache_key: Mapped[str]
    question: Mapped[Json]
    status: Mapped[int]
    raw: Mapped[bytes]
    raw_sha256: Mapped[str]
    text: Mapped[bytes | None]
    refusal: Mapped[str]
    finish: Mapped[FinishState]
    input_tokens: Mapped[int | None]
    cached_tokens: Mapped[int | None]
    output_tokens: Mapped[int | None]
    reasoning_tokens: Mapped[int | None]
    model: Mapped[str]
    request_id: Mapped[str]
    latency: Mapped[timedelta]
    attempts: Mapped[int]
    created_at: Mapped[datetime]
    valid_until: Mapped[datetime]
    judged_at: Mapped[datetime | None]
    failure: Mapped[FailureCode | None]
    is_valid: Mapped[bool]

    __table_args__ = (
        CheckConstraint("cache_key ~ '^[0-9a-f]{64}$'", name="cache_key_is_sha256"),
        CheckConstraint("raw_sha256 = encode(sha256(raw), 'hex')", name="raw_sha256_is_of_raw"),
        CheckConstraint(
            "input_tokens >= 0 AND cached_tokens >= 0 AND output_tokens >= 0"
            " AND reasoning_tokens >= 0",
            name="usage_not_negative",
        ),
        CheckConstraint(
            "num_nulls(input_tokens, cached_tokens, output_tokens, reasoning_tokens) IN (0, 4)",
            name="usage_is_whole",
        ),
        CheckConstraint("status BETWEEN 100 AND 999", name="status_is_of_http"),
        CheckConstraint("status = 200 OR judged_at IS NULL", name="errors_are_not_judged"),
        CheckConstraint("attempts >= 1 AND latency >= interval '0'", name="was_sent"),
        CheckConstraint(
            "CASE WHEN judged_at IS NULL THEN failure IS NULL AND NOT is_valid"
            " ELSE is_valid OR failure IS NOT NULL END",
            name="verdict_is_whole",
        ),
        Index(None, "call_id"),
        Index("ix_llm_answers_served", "cache_key", "created_at", postgresql_where="is_valid"),
        Index(None, "created_at"),
    )

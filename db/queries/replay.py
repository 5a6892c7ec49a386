"""What is needed to decide again: stored decisions, and what a model said before them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.base import Json
from db.keys import AccountKey
from db.models import DecisionRow, LlmAnswerRow, LlmCallRow
from db.repositories import llm_answers
from db.repositories.rows import belongs_to, value_of
from trading.reasons import Outcome, Reason
from trading.replies import ModelReply


@dataclass(frozen=True, slots=True)
class StoredDecision:
    """A decision with everything it rested on; what it never reached is None."""

    id: UUID
    slot: datetime
    symbol: str
    arm: str
    decided_at: datetime
    outcome: Outcome | None
    reason: Reason | None
    snapshot: Json | None
    snapshot_hash: str | None
    chart_sha256: str | None
    analysis: Json | None
    verdict: Json | None
    config_hash: str
    code_version: str


@dataclass(frozen=True, slots=True)
class StoredReply:
    """What a model said and when; `images` are the SHA-256 of the pictures it was shown.

    `attempt` counts the questions of one decision from 1. `host` is the server's name and port,
    `mode` the way it was asked in.
    """

    reply: ModelReply
    answered_at: datetime
    attempt: int
    host: str
    mode: str
    model: str
    images: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Selection:
    """Which decisions: of one slot, of one symbol, of slots from a moment on; None is any."""

    slot: datetime | None = None
    symbol: str | None = None
    since: datetime | None = None


def find_decisions(session: Session, key: AccountKey, wanted: Selection) -> list[UUID]:
    """The ids of the account's decisions that are wanted, oldest first."""
    statement = select(DecisionRow.id).where(belongs_to(DecisionRow, key))
    if wanted.slot is not None:
        statement = statement.where(DecisionRow.slot == wanted.slot)
    if wanted.symbol is not None:
        statement = statement.where(DecisionRow.symbol == wanted.symbol)
    if wanted.since is not None:
        statement = statement.where(DecisionRow.slot >= wanted.since)
    order = (DecisionRow.slot, DecisionRow.symbol, DecisionRow.arm)
    return list(session.scalars(statement.order_by(*order)))


def load_decision(session: Session, key: AccountKey, decision_id: UUID) -> StoredDecision | None:
    """A decision of the account, None if it has no such."""
    row = session.scalars(
        select(DecisionRow).where(belongs_to(DecisionRow, key), DecisionRow.id == decision_id)
    ).one_or_none()
    if row is None:
        return None
    found = value_of(StoredDecision, row)
    # A run over a year of decisions must not keep them all.
    session.expunge(row)
    return found


def replies_before(
    session: Session, key: AccountKey, decision: StoredDecision, *, as_of: datetime, arm: str
) -> list[StoredReply]:
    """What the model said for this decision: one reply per attempt, in their order.

    `as_of` is that of the decision's snapshot, under which its calls are booked. Of several
    replies to an attempt, as a restarted process leaves them, the last before the decision
    counts. A reply about another picture is not one for this decision, nor is one that nobody
    judged: the words of a first step, or the error of a server.
    """
    statement = (
        select(LlmAnswerRow.id, LlmCallRow.attempt, LlmAnswerRow.question)
        .join(LlmCallRow, LlmCallRow.id == LlmAnswerRow.call_id)
        .where(
            belongs_to(LlmCallRow, key),
            LlmCallRow.slot == as_of,
            LlmCallRow.symbol == decision.symbol,
            LlmCallRow.arm == arm,
            LlmAnswerRow.created_at <= decision.decided_at,
            LlmAnswerRow.judged_at.is_not(None),
        )
        .order_by(LlmCallRow.attempt, LlmAnswerRow.created_at, LlmAnswerRow.id)
    )
    newest: dict[int, StoredReply] = {}
    for answer_id, attempt, question in session.execute(statement).all():
        images = _texts(question.get("images"))
        if not images or decision.chart_sha256 in images:
            newest[attempt] = _reply(session, answer_id, attempt, question)
    return list(newest.values())


def _reply(session: Session, answer_id: UUID, attempt: int, question: Json) -> StoredReply:
    stored = llm_answers.load(session, answer_id)
    assert stored is not None  # its id was read in the same moment of the database
    return StoredReply(
        reply=stored.reply,
        answered_at=stored.created_at,
        attempt=attempt,
        host=str(question.get("host")),
        mode=str(question.get("mode")),
        model=str(question.get("model")),
        images=_texts(question.get("images")),
    )


def _texts(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, Sequence) else ()

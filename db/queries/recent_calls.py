"""The newest calls to one model, as its breakers judge them."""

from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from db.keys import AccountKey
from db.models import LlmAnswerRow, LlmCallRow
from db.repositories.rows import belongs_to
from trading.call_outcomes import PastCall
from trading.replies import Purpose

_MOST = 30
"""Three windows of the widest breaker, so that probes in a row are counted too."""


def recent_calls(
    session: Session, key: AccountKey, host: str, model: str, *, now: datetime
) -> tuple[PastCall, ...]:
    """The newest calls of the account to this model, newest first, and what came of them.

    Of one account only: the times of another may be those of a replayed market. And none of a
    doctor's questions, which try out what the desk does not ask; they have no verdict, as that of
    a first look has.
    """
    has_verdict = (
        select(LlmAnswerRow.id)
        .where(LlmAnswerRow.call_id == LlmCallRow.id, LlmAnswerRow.judged_at.is_not(None))
        .exists()
    )
    newest = (
        select(LlmCallRow)
        .where(
            belongs_to(LlmCallRow, key),
            LlmCallRow.host == host,
            LlmCallRow.model_requested == model,
            LlmCallRow.created_at <= now,
            or_(LlmCallRow.purpose != Purpose.PROBE, has_verdict),
        )
        .order_by(LlmCallRow.created_at.desc(), LlmCallRow.id.desc())
        .limit(_MOST)
        .subquery()
    )
    # Of two steps the second shows none, and its answer is about the first one's all the same.
    meant = func.jsonb_array_length(LlmAnswerRow.question["images"])
    statement = (
        select(
            newest.c.created_at,
            newest.c.ended_at,
            newest.c.error_code,
            LlmAnswerRow.judged_at.is_not(None),
            LlmAnswerRow.failure,
            or_(newest.c.pictures > 0, func.coalesce(meant > 0, False)),
        )
        .outerjoin(LlmAnswerRow, LlmAnswerRow.call_id == newest.c.id)
        .order_by(newest.c.created_at.desc(), newest.c.id.desc())
    )
    return tuple(PastCall(*row) for row in session.execute(statement))

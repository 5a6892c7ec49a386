"""The first looks at models, as the ledger and the stored replies tell of them."""

from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from db.keys import AccountKey
from db.models import LlmAnswerRow, LlmCallRow
from db.repositories.rows import belongs_to
from trading.call_outcomes import PastCall
from trading.failures import FailureCode
from trading.first_look import fault_of
from trading.replies import Purpose


def newest_look(
    session: Session, key: AccountKey, fingerprint: str, *, now: datetime
) -> PastCall | None:
    """The newest call of the newest look with this fingerprint, None if nobody looked."""
    of_look = LlmCallRow.prompt_fingerprint == fingerprint
    row = session.execute(_newest(key, of_look, now)).one_or_none()
    return None if row is None else PastCall(*row)


def standing_fault(session: Session, key: AccountKey, model: str, *, now: datetime) -> str:
    """What was wrong at the newest look at a model, "" if nothing or an answer was right since."""
    # A doctor's questions have no fingerprint, those about a market have a slot.
    of_look = (
        (LlmCallRow.model_requested == model)
        & LlmCallRow.purpose.in_((Purpose.PROBE, Purpose.OBSERVE))
        & LlmCallRow.slot.is_(None)
        & LlmCallRow.prompt_fingerprint.is_not(None)
    )
    row = session.execute(_newest(key, of_look, now)).one_or_none()
    if row is None:
        return ""
    look = PastCall(*row)
    return "" if _answered_since(session, key, model, look.began_at) else fault_of(look)


def _newest(
    key: AccountKey, of_look: ColumnElement[bool], now: datetime
) -> Select[datetime, datetime | None, str | None, bool, FailureCode | None, bool]:
    pictures = func.coalesce(func.jsonb_array_length(LlmAnswerRow.question["images"]), 0)
    return (
        select(
            LlmCallRow.created_at,
            LlmCallRow.ended_at,
            LlmCallRow.error_code,
            LlmAnswerRow.judged_at.is_not(None),
            LlmAnswerRow.failure,
            (LlmCallRow.pictures > 0) | (pictures > 0),
        )
        .outerjoin(LlmAnswerRow, LlmAnswerRow.call_id == LlmCallRow.id)
        .where(belongs_to(LlmCallRow, key), LlmCallRow.created_at <= now, of_look)
        .order_by(LlmCallRow.created_at.desc(), LlmCallRow.id.desc())
        .limit(1)
    )


def _answered_since(session: Session, key: AccountKey, model: str, since: datetime) -> bool:
    right = (
        select(LlmAnswerRow.id)
        .join(LlmCallRow, LlmCallRow.id == LlmAnswerRow.call_id)
        .where(
            belongs_to(LlmCallRow, key),
            LlmCallRow.model_requested == model,
            LlmCallRow.created_at > since,
            LlmAnswerRow.is_valid,
        )
    )
    return session.scalar(select(right.exists())) or False

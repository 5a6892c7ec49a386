"""Halts of an account and its highest equity."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from db.keys import AccountKey
from db.models import RiskStateRow
from db.repositories.rows import account_columns, value_of


@dataclass(frozen=True, slots=True)
class RiskState:
    """Whether entries are halted, by whom and why; the highest equity seen, in USDT."""

    is_halted: bool = False
    halt_reason: str = ""
    changed_by: str = ""
    changed_at: datetime | None = None
    high_water_mark_usdt: Decimal | None = None


def get(session: Session, key: AccountKey) -> RiskState:
    """The state; an account that was never touched is not halted."""
    row = session.scalars(
        select(RiskStateRow).where(
            RiskStateRow.environment == key.environment, RiskStateRow.account == key.account
        )
    ).one_or_none()
    return RiskState() if row is None else value_of(RiskState, row)


def halt(session: Session, key: AccountKey, *, reason: str, by: str, now: datetime) -> None:
    """Stop entries until somebody resumes."""
    _change(session, key, is_halted=True, halt_reason=reason, changed_by=by, changed_at=now)


def resume(session: Session, key: AccountKey, *, by: str, now: datetime) -> None:
    """Allow entries again."""
    _change(session, key, is_halted=False, halt_reason="", changed_by=by, changed_at=now)


def raise_high_water_mark(session: Session, key: AccountKey, equity_usdt: Decimal) -> None:
    """Remember the equity if it is the highest so far."""
    highest = func.greatest(RiskStateRow.high_water_mark_usdt, equity_usdt)
    untouched = {"is_halted": False, "halt_reason": "", "changed_by": ""}
    session.execute(
        insert(RiskStateRow)
        .values(**account_columns(key), **untouched, high_water_mark_usdt=equity_usdt)
        .on_conflict_do_update(
            index_elements=["environment", "account"], set_={"high_water_mark_usdt": highest}
        )
    )


def _change(session: Session, key: AccountKey, **columns: object) -> None:
    session.execute(
        insert(RiskStateRow)
        .values(**account_columns(key), **columns)
        .on_conflict_do_update(index_elements=["environment", "account"], set_=columns)
    )

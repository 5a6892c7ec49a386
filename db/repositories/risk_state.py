"""Halts of an account and its highest equity."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from db.keys import AccountKey
from db.models import RiskStateRow
from db.repositories.rows import account_columns, value_of

_UNTOUCHED = {"is_halted": False, "halt_reason": "", "changed_by": ""}


@dataclass(frozen=True, slots=True)
class RiskState:
    """Whether entries are halted, by whom and why; the highest equity seen, in USDT, and when."""

    is_halted: bool = False
    halt_reason: str = ""
    changed_by: str = ""
    changed_at: datetime | None = None
    high_water_mark_usdt: Decimal | None = None
    high_water_mark_at: datetime | None = None

    @property
    def halt(self) -> str:
        """Who halted and why, in one line; empty when entries are allowed."""
        return f"halted by {self.changed_by}: {self.halt_reason}" if self.is_halted else ""


def get(session: Session, key: AccountKey) -> RiskState:
    """The state; an account that was never touched is not halted."""
    row = session.scalars(
        select(RiskStateRow).where(
            RiskStateRow.environment == key.environment, RiskStateRow.account == key.account
        )
    ).one_or_none()
    return RiskState() if row is None else value_of(RiskState, row)


def locked(session: Session, key: AccountKey) -> RiskState:
    """The state, and its row held by this transaction until it ends."""
    session.execute(
        insert(RiskStateRow).values(**account_columns(key), **_UNTOUCHED).on_conflict_do_nothing()
    )
    statement = select(RiskStateRow).where(
        RiskStateRow.environment == key.environment, RiskStateRow.account == key.account
    )
    return value_of(RiskState, session.scalars(statement.with_for_update()).one())


def halt(session: Session, key: AccountKey, *, reason: str, by: str, now: datetime) -> None:
    """Stop entries until somebody resumes."""
    _change(session, key, is_halted=True, halt_reason=reason, changed_by=by, changed_at=now)


def resume(session: Session, key: AccountKey, *, by: str, now: datetime) -> None:
    """Allow entries again."""
    _change(session, key, is_halted=False, halt_reason="", changed_by=by, changed_at=now)


def set_high_water_mark(
    session: Session, key: AccountKey, equity_usdt: Decimal, *, at: datetime
) -> None:
    """Count drawdown from this equity from now on, whether it is the highest or not.

    Raised by a reading that exceeds it, and set back when a human resumes after a drawdown.
    """
    _change(session, key, high_water_mark_usdt=equity_usdt, high_water_mark_at=at)


def _change(session: Session, key: AccountKey, **columns: object) -> None:
    session.execute(
        insert(RiskStateRow)
        .values(**account_columns(key), **(_UNTOUCHED | columns))
        .on_conflict_do_update(index_elements=["environment", "account"], set_=columns)
    )

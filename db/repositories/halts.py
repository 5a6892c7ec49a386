"""Pulled brakes: written when entries stop, closed when a human lets go."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session

from db.keys import AccountKey
from db.models import HaltRow
from db.repositories import risk_state
from db.repositories.rows import account_columns, belongs_to, value_of
from trading.brakes import BrakeKind, TripPolicy, is_stricter
from trading.checks import require


@dataclass(frozen=True, slots=True)
class Halt:
    """A pulled brake. `equity_usdt` is what was seen; it holds until `resumed_at`.

    `settled_at` is when its policy had been carried out; None: the next sync goes on with it.
    """

    id: UUID
    kind: BrakeKind
    policy: TripPolicy
    reason: str
    pulled_by: str
    pulled_at: datetime
    equity_usdt: Decimal | None
    settled_at: datetime | None
    resumed_at: datetime | None
    resumed_by: str
    resume_reason: str


def pull(  # noqa: PLR0913 -- who, what, why and when of one row, all by name
    session: Session,
    key: AccountKey,
    kind: BrakeKind,
    *,
    reason: str,
    by: str,
    policy: TripPolicy,
    now: datetime,
    equity: Decimal | None = None,
) -> Halt:
    """The halt of this kind, and entries stopped, both in the transaction of `session`.

    A brake that is pulled already stays as it is, unless the new policy is stricter: then that
    one is to be carried out. Take the account's capacity lock first where positions are to be
    closed, so that no entry is reserved between the halt and the closing.
    """
    for name, text in (("reason", reason), ("name", by)):
        require(text.strip() != "", f"a brake needs a {name}; it is empty")
    _stop_entries(session, key, reason=reason, by=by, now=now)
    row = session.scalars(_open(key).where(HaltRow.kind == kind).with_for_update()).one_or_none()
    if row is None:
        row = HaltRow(
            **account_columns(key),
            kind=kind,
            policy=policy,
            reason=reason,
            pulled_by=by,
            pulled_at=now,
            equity_usdt=equity,
            resumed_by="",
            resume_reason="",
        )
        session.add(row)
    elif is_stricter(policy, than=row.policy):
        row.policy, row.reason, row.pulled_by, row.settled_at = policy, reason, by, None
    session.flush()
    return value_of(Halt, row)


def open_halts(session: Session, key: AccountKey) -> list[Halt]:
    """Brakes that hold, the oldest first."""
    return [value_of(Halt, row) for row in session.scalars(_open(key))]


def newest_release(session: Session, key: AccountKey, kind: BrakeKind) -> datetime | None:
    """When a human last let go of a brake of this kind."""
    statement = select(func.max(HaltRow.resumed_at)).where(
        belongs_to(HaltRow, key), HaltRow.kind == kind
    )
    return session.scalar(statement)


def settle(session: Session, halt_id: UUID, *, policy: TripPolicy, now: datetime) -> bool:
    """Note that `policy` was carried out; False if a stricter one was asked for meanwhile."""
    statement = (
        update(HaltRow)
        .where(HaltRow.id == halt_id, HaltRow.policy == policy, HaltRow.settled_at.is_(None))
        .values(settled_at=now)
        .returning(HaltRow.id)
    )
    return session.scalar(statement) is not None


def release(
    session: Session, key: AccountKey, *, reason: str, by: str, now: datetime
) -> list[Halt]:
    """Let go of every brake and allow entries; the halts that held, as they are now."""
    for name, text in (("reason", reason), ("name", by)):
        require(text.strip() != "", f"resuming needs a {name}; it is empty")
    # In the order in which a brake is pulled, so that the two never wait for each other.
    risk_state.locked(session, key)
    rows = list(session.scalars(_open(key).with_for_update()))
    for row in rows:
        row.resumed_at, row.resumed_by, row.resume_reason = now, by, reason
    risk_state.resume(session, key, by=by, now=now)
    session.flush()
    return [value_of(Halt, row) for row in rows]


def _stop_entries(
    session: Session, key: AccountKey, *, reason: str, by: str, now: datetime
) -> None:
    # The row is there and locked from here on: two brakes pulled at once follow one another.
    if not risk_state.locked(session, key).is_halted:
        risk_state.halt(session, key, reason=reason, by=by, now=now)


def _open(key: AccountKey) -> Select[HaltRow]:
    statement = select(HaltRow).where(belongs_to(HaltRow, key), HaltRow.resumed_at.is_(None))
    return statement.order_by(HaltRow.pulled_at, HaltRow.id)

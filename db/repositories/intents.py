"""The outbox: orders are committed here before they are sent, and resolved afterwards."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from db.keys import AccountKey
from db.models import IntentRow
from db.repositories import capacity
from db.repositories.rows import account_columns, belongs_to, columns_of, value_of
from db.states import FINAL_INTENT_STATES, IntentState
from trading.capacity import Reservation
from trading.checks import require
from trading.errors import InvariantError
from trading.orders import OrderRequest
from trading.positions import Position
from trading.reasons import Refused

CapacityCheck = Callable[[tuple[Position, ...], tuple[Reservation, ...]], Refused | None]


@dataclass(frozen=True, slots=True)
class NewIntent:
    """An order to be reserved; amounts in USDT. `decision_id` is None for manual orders."""

    account: AccountKey
    order: OrderRequest
    notional_usdt: Decimal
    risk_usdt: Decimal = Decimal(0)
    leverage: Decimal = Decimal(1)
    decision_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Intent:
    """An order-to-be and what is known about it. `order_id` is empty until acknowledged."""

    id: UUID
    account: AccountKey
    order: OrderRequest
    state: IntentState
    attempts: int
    decision_id: UUID | None
    notional_usdt: Decimal
    risk_usdt: Decimal
    leverage: Decimal
    order_id: str
    reserved_at: datetime
    sent_at: datetime | None
    resolved_at: datetime | None
    error_code: int | None
    error_message: str


def reserve(
    session: Session, new: NewIntent, *, now: datetime, check_capacity: CapacityCheck
) -> Intent | Refused:
    """The intent, reserved together with its capacity, or the refusal of `check_capacity`.

    The account's capacity row is locked first, so reservations of one account happen one after
    the other and each counts those before it. A link id that is already here gives its intent as
    it is: a repeated decision must not become a second order.
    """
    mirrored_at = capacity.lock(session, new.account).mirrored_at
    if (known := by_link_id(session, new.order.link_id)) is not None:
        return known
    refused = check_capacity(
        capacity.mirrored_positions(session, new.account),
        capacity.live_reservations(session, new.account, mirrored_at=mirrored_at),
    )
    return refused or _insert(session, new, now)


def reserve_reduction(session: Session, new: NewIntent, *, now: datetime) -> Intent:
    """The intent of an order that can only reduce a position, which needs no capacity."""
    require(
        new.order.reduce_only,
        f"order {new.order.link_id} is not reduce-only; it needs capacity: use reserve",
    )
    return _insert(session, new, now)


def mark_sent(session: Session, intent_id: UUID, *, now: datetime) -> Intent:
    """The request is about to leave. Commit before sending it."""
    row = _locked(session, intent_id, IntentState.SENT, _SENDABLE)
    row.state = IntentState.SENT
    row.attempts += 1
    row.sent_at = now
    return _flushed(session, row)


def mark_acknowledged(session: Session, intent_id: UUID, *, order_id: str) -> Intent:
    """The exchange accepted the request; nothing is known about a fill."""
    row = _locked(session, intent_id, IntentState.ACKNOWLEDGED, _IN_FLIGHT)
    row.state = IntentState.ACKNOWLEDGED
    row.order_id = order_id
    return _flushed(session, row)


def mark_unknown(
    session: Session, intent_id: UUID, *, error_message: str, error_code: int | None = None
) -> Intent:
    """Nobody knows whether the request was executed. Look the link id up."""
    row = _locked(session, intent_id, IntentState.UNKNOWN, _IN_FLIGHT)
    row.state = IntentState.UNKNOWN
    row.error_code, row.error_message = error_code, error_message
    return _flushed(session, row)


@dataclass(frozen=True, slots=True)
class Resolution:
    """How an intent ended: filled, refused, not executed or cancelled."""

    state: IntentState
    order_id: str = ""
    error_code: int | None = None
    error_message: str = ""

    def __post_init__(self) -> None:
        require(self.state.is_final, f"an intent cannot be resolved as {self.state}")


def resolve(session: Session, intent_id: UUID, resolution: Resolution, *, now: datetime) -> Intent:
    """The intent with its final state. Saying the same again changes nothing.

    Raises:
        InvariantError: the intent already ended another way.
    """
    row = _locked(session, intent_id, resolution.state, _UNFINISHED | {resolution.state})
    if row.state.is_final:
        return _value(row)
    row.state = resolution.state
    row.order_id = resolution.order_id or row.order_id
    row.error_code, row.error_message = resolution.error_code, resolution.error_message
    row.resolved_at = now
    return _flushed(session, row)


def by_link_id(session: Session, link_id: str) -> Intent | None:
    """The intent of this client order id."""
    row = session.scalars(select(IntentRow).where(IntentRow.link_id == link_id)).one_or_none()
    return None if row is None else _value(row)


def unresolved(
    session: Session, key: AccountKey, *, reserved_before: datetime | None = None
) -> list[Intent]:
    """Intents whose end is not known, oldest first; with `reserved_before`, only older ones."""
    statement = select(IntentRow).where(
        belongs_to(IntentRow, key), IntentRow.state.not_in(FINAL_INTENT_STATES)
    )
    if reserved_before is not None:
        statement = statement.where(IntentRow.reserved_at < reserved_before)
    ordered = statement.order_by(IntentRow.reserved_at, IntentRow.id)
    return [_value(row) for row in session.scalars(ordered)]


_UNFINISHED = frozenset(IntentState) - FINAL_INTENT_STATES
_IN_FLIGHT = frozenset({IntentState.SENT, IntentState.ACKNOWLEDGED, IntentState.UNKNOWN})
# An unknown intent is looked up, not sent again: the first request may still be on its way.
_SENDABLE = frozenset({IntentState.RESERVED, IntentState.SENT})


def _insert(session: Session, new: NewIntent, now: datetime) -> Intent:
    statement = (
        insert(IntentRow)
        .values(
            **account_columns(new.account),
            **columns_of(new.order),
            decision_id=new.decision_id,
            notional_usdt=new.notional_usdt,
            risk_usdt=new.risk_usdt,
            leverage=new.leverage,
            state=IntentState.RESERVED,
            attempts=0,
            order_id="",
            reserved_at=now,
            error_message="",
        )
        .on_conflict_do_nothing(index_elements=["link_id"])
    )
    session.execute(statement)
    row = session.scalars(select(IntentRow).where(IntentRow.link_id == new.order.link_id)).one()
    return _value(row)


def _locked(
    session: Session, intent_id: UUID, target: IntentState, allowed: frozenset[IntentState]
) -> IntentRow:
    statement = select(IntentRow).where(IntentRow.id == intent_id).with_for_update()
    row = session.scalars(statement).one_or_none()
    if row is None:
        message = f"there is no intent {intent_id} to mark {target}"
        raise InvariantError(message)
    require(
        row.state in allowed,
        f"intent {row.link_id} is {row.state} and cannot become {target}; "
        f"allowed before: {', '.join(sorted(allowed))}",
    )
    return row


def _flushed(session: Session, row: IntentRow) -> Intent:
    session.flush()
    return _value(row)


def _value(row: IntentRow) -> Intent:
    return Intent(
        id=row.id,
        account=AccountKey(row.environment, row.account),
        order=value_of(OrderRequest, row),
        state=row.state,
        attempts=row.attempts,
        decision_id=row.decision_id,
        notional_usdt=row.notional_usdt,
        risk_usdt=row.risk_usdt,
        leverage=row.leverage,
        order_id=row.order_id,
        reserved_at=row.reserved_at,
        sent_at=row.sent_at,
        resolved_at=row.resolved_at,
        error_code=row.error_code,
        error_message=row.error_message,
    )

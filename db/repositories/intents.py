"""The outbox: orders are committed here before they are sent, and resolved afterwards.

Every change of state is a row of `intent_transitions`, in the same transaction.
"""

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
from db.repositories import capacity, intent_changes
from db.repositories.rows import account_columns, belongs_to, columns_of, value_of
from trading.capacity import Reservation
from trading.checks import require
from trading.errors import InvariantError
from trading.intent_states import FINAL_INTENT_STATES, IntentState
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


class IntentEndedError(InvariantError):
    """An intent that has ended was to go on. `intent` is how it ended: that is what holds."""

    def __init__(self, intent: Intent, target: IntentState) -> None:
        super().__init__(
            f"intent {intent.order.link_id} is {intent.state} and cannot become {target}; "
            "it has ended, and what has ended stays"
        )
        self.intent = intent


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
    """The request is about to leave. Commit before sending it.

    Raises:
        IntentEndedError: somebody ended it meanwhile; do not send it.
        InvariantError: its outcome is unknown; only `mark_resent` may send it again.
    """
    row = _unfinished(session, intent_id, IntentState.SENT)
    require(
        row.state is not IntentState.UNKNOWN,
        f"intent {row.link_id} is unknown and cannot become sent before its request has expired; "
        "look it up",
    )
    return _sent(session, row, now)


def mark_resent(session: Session, intent_id: UUID, *, now: datetime) -> Intent:
    """The request of an order that is nowhere is about to leave again; the caller waited.

    Raises:
        IntentEndedError: somebody ended it meanwhile; do not send it.
    """
    return _sent(session, _unfinished(session, intent_id, IntentState.SENT), now)


def mark_acknowledged(
    session: Session, intent_id: UUID, *, order_id: str, now: datetime
) -> Intent:
    """The exchange has the order; nothing is known about a fill. Saying it again changes nothing.

    Raises:
        IntentEndedError: it ended meanwhile.
    """
    row = _unfinished(session, intent_id, IntentState.ACKNOWLEDGED)
    if row.state is not IntentState.ACKNOWLEDGED:
        state = IntentState.ACKNOWLEDGED
        intent_changes.change(session, row, state, now=now, order_id=order_id)
    return intent_of(row)


def mark_unknown(
    session: Session,
    intent_id: UUID,
    *,
    error_message: str,
    now: datetime,
    error_code: int | None = None,
) -> Intent:
    """Nobody knows whether the request was executed. Look the link id up.

    An acknowledged order stays so: a lost answer takes no knowledge away.

    Raises:
        IntentEndedError: it ended meanwhile.
    """
    row = _unfinished(session, intent_id, IntentState.UNKNOWN)
    if row.state is IntentState.ACKNOWLEDGED:
        return intent_of(row)
    intent_changes.change(
        session,
        row,
        IntentState.UNKNOWN,
        now=now,
        detail=error_message,
        error_code=error_code,
        error_message=error_message,
    )
    return intent_of(row)


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
        IntentEndedError: the intent already ended another way.
    """
    row = intent_changes.locked(session, intent_id, resolution.state)
    if row.state is resolution.state:
        return intent_of(row)
    _require_unfinished(row, resolution.state)
    intent_changes.change(
        session,
        row,
        resolution.state,
        now=now,
        detail=resolution.error_message,
        order_id=resolution.order_id or row.order_id,
        error_code=resolution.error_code,
        error_message=resolution.error_message,
        resolved_at=now,
    )
    return intent_of(row)


def by_link_id(session: Session, link_id: str) -> Intent | None:
    """The intent of this client order id."""
    row = session.scalars(select(IntentRow).where(IntentRow.link_id == link_id)).one_or_none()
    return None if row is None else intent_of(row)


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
    return [intent_of(row) for row in session.scalars(ordered)]


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
        .returning(IntentRow)
    )
    if (row := session.scalars(statement).one_or_none()) is None:
        known = select(IntentRow).where(IntentRow.link_id == new.order.link_id)
        return intent_of(session.scalars(known).one())
    intent_changes.note_first(session, row.id, now=now)
    return intent_of(row)


def _sent(session: Session, row: IntentRow, now: datetime) -> Intent:
    intent_changes.change(
        session, row, IntentState.SENT, now=now, attempts=row.attempts + 1, sent_at=now
    )
    return intent_of(row)


def _unfinished(session: Session, intent_id: UUID, target: IntentState) -> IntentRow:
    row = intent_changes.locked(session, intent_id, target)
    _require_unfinished(row, target)
    return row


def _require_unfinished(row: IntentRow, target: IntentState) -> None:
    if row.state.is_final:
        raise IntentEndedError(intent_of(row), target)


def intent_of(row: IntentRow) -> Intent:
    """The value of a stored intent."""
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

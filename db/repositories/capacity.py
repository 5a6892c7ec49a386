"""What an account has already promised, counted under a lock."""

from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from db.keys import AccountKey
from db.models import CapacityRow, IntentRow, PositionRow
from db.repositories.rows import account_columns, belongs_to, value_of
from trading.capacity import Reservation
from trading.intent_states import FINAL_INTENT_STATES, IntentState
from trading.positions import Position


def lock(session: Session, key: AccountKey) -> CapacityRow:
    """The account's capacity row, held by this transaction until it ends."""
    session.execute(insert(CapacityRow).values(**account_columns(key)).on_conflict_do_nothing())
    statement = (
        select(CapacityRow)
        .where(CapacityRow.environment == key.environment, CapacityRow.account == key.account)
        .with_for_update()
    )
    return session.scalars(statement).one()


def mirrored_positions(session: Session, key: AccountKey) -> tuple[Position, ...]:
    """The positions of the newest sync, by symbol."""
    statement = select(PositionRow).where(belongs_to(PositionRow, key))
    ordered = statement.order_by(PositionRow.symbol, PositionRow.position_index)
    return tuple(value_of(Position, row) for row in session.scalars(ordered))


def live_reservations(
    session: Session, key: AccountKey, *, mirrored_at: datetime | None
) -> tuple[Reservation, ...]:
    """Opening intents that the mirror of positions does not show yet, oldest first.

    A filled intent stays a reservation until positions were read after its fill: in between,
    neither the list of pending orders nor the mirror would count it. A symbol whose position is
    listed has no reservation.
    """
    is_unseen = IntentRow.state == IntentState.FILLED
    if mirrored_at is not None:
        is_unseen &= IntentRow.resolved_at >= mirrored_at
    is_listed = (
        select(PositionRow.id)
        .where(belongs_to(PositionRow, key), PositionRow.symbol == IntentRow.symbol)
        .exists()
    )
    statement = (
        select(IntentRow)
        .where(
            belongs_to(IntentRow, key),
            IntentRow.reduce_only.is_(False),
            or_(IntentRow.state.not_in(FINAL_INTENT_STATES), is_unseen),
            ~is_listed,
        )
        .order_by(IntentRow.reserved_at, IntentRow.id)
    )
    return tuple(
        Reservation(row.symbol, row.notional_usdt, row.leverage)
        for row in session.scalars(statement)
    )


def entries_since(
    session: Session, key: AccountKey, since: datetime, *, besides_link_id: str = ""
) -> int:
    """Opening intents reserved from `since` on that were executed or still may be.

    `besides_link_id` is an entry that does not count itself when it is decided again.
    """
    statement = select(func.count()).where(
        belongs_to(IntentRow, key),
        IntentRow.reduce_only.is_(False),
        IntentRow.reserved_at >= since,
        IntentRow.state.not_in(_NOT_ENTERED),
        IntentRow.link_id != besides_link_id,
    )
    return session.scalars(statement).one()


_NOT_ENTERED = (IntentState.REFUSED, IntentState.NOT_EXECUTED, IntentState.CANCELLED)

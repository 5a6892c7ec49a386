"""Every change of an intent's state: legal by the table, and a row of its own."""

from datetime import datetime, timedelta
from typing import cast
from uuid import UUID

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value
from uuid_utils.compat import uuid7

from db.models import IntentRow, IntentTransitionRow
from trading.errors import InvariantError
from trading.intent_states import IntentState, require_step


def locked(session: Session, intent_id: UUID, target: IntentState) -> IntentRow:
    """The intent's row, held by this transaction until it ends.

    Raises:
        InvariantError: there is no such intent.
    """
    statement = select(IntentRow).where(IntentRow.id == intent_id).with_for_update()
    row = session.scalars(statement).one_or_none()
    if row is None:
        message = f"there is no intent {intent_id} to mark {target}"
        raise InvariantError(message)
    return row


def change(
    session: Session,
    row: IntentRow,
    target: IntentState,
    *,
    now: datetime,
    detail: str = "",
    **columns: object,
) -> None:
    """Bring a locked row to `target`, with other `columns` of it, and note the step.

    Both are one statement: an order on its way must not wait for the database twice.

    Raises:
        InvariantError: the table of steps does not have this one.
    """
    require_step(f"intent {row.link_id}", row.state, target)
    changes = {"state": target, **columns}
    # RETURNING, for a CTE that returns nothing could not be named.
    changed = (
        update(IntentRow)
        .where(IntentRow.id == row.id)
        .values(changes)
        .returning(IntentRow.id)
        .cte("changed")
    )
    code = columns.get("error_code")
    note = _step(row.id, row.state, target, now, detail) | {"error_code": code}
    session.execute(insert(IntentTransitionRow).values(note).add_cte(changed))
    for name, value in changes.items():
        set_committed_value(row, name, value)


def note_first(session: Session, intent_id: UUID, *, now: datetime) -> None:
    """The first row of a new intent's history."""
    first = _step(intent_id, None, IntentState.RESERVED, now, "")
    session.execute(insert(IntentTransitionRow).values(first))


def since_sent(session: Session, intent_id: UUID) -> timedelta:
    """How long ago the newest request was about to leave, by the database's clock.

    Wall time: requests expire in it, also while a replayed market runs faster.
    """
    newest = select(func.max(IntentTransitionRow.recorded_at)).where(
        IntentTransitionRow.intent_id == intent_id,
        IntentTransitionRow.to_state == IntentState.SENT,
    )
    # Intents of before the history have no such row; they are as old as themselves.
    since = func.coalesce(newest.scalar_subquery(), IntentRow.recorded_at)
    age = select(func.clock_timestamp() - since).where(IntentRow.id == intent_id)
    return cast("timedelta", session.scalars(age).one())


def _step(
    intent_id: UUID,
    before: IntentState | None,
    after: IntentState,
    now: datetime,
    detail: str,
) -> dict[str, object]:
    return {
        "id": uuid7(),
        "intent_id": intent_id,
        "from_state": before,
        "to_state": after,
        "changed_at": now,
        "detail": detail,
    }

"""The orders-to-be of one run of the cycle."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import DecisionRow, IntentRow
from db.repositories.intents import Intent, intent_of
from trading.intent_states import FINAL_INTENT_STATES


def unresolved(session: Session, run_id: UUID) -> list[Intent]:
    """Intents of the run's decisions whose end is not known, oldest first."""
    statement = (
        select(IntentRow)
        .join(DecisionRow, DecisionRow.id == IntentRow.decision_id)
        .where(DecisionRow.cycle_run_id == run_id, IntentRow.state.not_in(FINAL_INTENT_STATES))
        .order_by(IntentRow.reserved_at, IntentRow.id)
    )
    return [intent_of(row) for row in session.scalars(statement)]

"""`intent_transitions`: every state an intent was in, one row per change."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Identified, Recorded
from db.types import words
from trading.intent_states import IntentState


class IntentTransitionRow(Base, Identified, Recorded):
    """One change. `from_state` is empty for the first. A trigger refuses changes."""

    __tablename__ = "intent_transitions"

    intent_id: Mapped[UUID] = mapped_column(ForeignKey("intents.id"))
    from_state: Mapped[IntentState | None] = mapped_column(words(IntentState, check="from_state"))
    to_state: Mapped[IntentState] = mapped_column(words(IntentState, check="to_state"))
    changed_at: Mapped[datetime]
    error_code: Mapped[int | None]
    detail: Mapped[str]

    __table_args__ = (
        CheckConstraint(
            "from_state IS NULL"
            " OR from_state NOT IN ('filled', 'refused', 'not_executed', 'cancelled')",
            name="final_states_are_never_left",
        ),
        Index("ix_intent_transitions_intent_id", "intent_id"),
    )

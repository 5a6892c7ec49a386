"""`decision_charts`: every picture that an analyst was shown for a decision, in order."""

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Recorded


class DecisionChartRow(Base, Recorded):
    """One picture of one decision, written once. `place` counts from 1, as they were shown.

    A decision without rows was made without a picture; the one of `decisions` is then for people.
    """

    __tablename__ = "decision_charts"

    decision_id: Mapped[UUID] = mapped_column(ForeignKey("decisions.id"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    chart_sha256: Mapped[str] = mapped_column(ForeignKey("charts.sha256"))

    __table_args__ = (CheckConstraint("place >= 1", name="place_counts_from_one"),)

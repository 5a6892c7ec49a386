"""`position_pushes`: how far the private stream has told of each position, flat ones too."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base
from trading.orders import PositionIndex


class PositionPushRow(Base):
    """The newest push of one position, by the exchange's own time and sequence.

    The mirror forgets a position that is flat. Without this row a slower REST answer, read before
    it was closed, would bring it back.
    """

    __tablename__ = "position_pushes"

    environment: Mapped[str] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(primary_key=True)
    symbol: Mapped[str] = mapped_column(primary_key=True)
    position_index: Mapped[PositionIndex] = mapped_column(primary_key=True)
    updated_at: Mapped[datetime]
    sequence: Mapped[int] = mapped_column(BigInteger)

    __table_args__ = (CheckConstraint("position_index IN (0, 1, 2)", name="position_index"),)

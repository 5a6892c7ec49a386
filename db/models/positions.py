"""`positions`: the mirror of what the exchange holds for us."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import BigInteger, CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Identified, OfAccount, Recorded
from db.types import Measure
from trading.orders import PositionIndex
from trading.positions import Direction


class PositionRow(Base, Identified, OfAccount, Recorded):
    """The fields of `trading.positions.Position` as of the newest sync; flat ones are removed."""

    __tablename__ = "positions"

    symbol: Mapped[str]
    position_index: Mapped[PositionIndex]
    direction: Mapped[Direction]
    quantity: Mapped[Decimal]
    entry_price: Mapped[Decimal] = mapped_column(Measure())
    mark_price: Mapped[Decimal] = mapped_column(Measure())
    leverage: Mapped[Decimal]
    unrealised_pnl_usdt: Mapped[Decimal] = mapped_column(Measure())
    stop_loss: Mapped[Decimal | None]
    take_profit: Mapped[Decimal | None]
    liquidation_price: Mapped[Decimal | None] = mapped_column(Measure())
    sequence: Mapped[int] = mapped_column(BigInteger)
    updated_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("environment", "account", "symbol", "position_index"),
        CheckConstraint(
            "quantity > 0 AND entry_price > 0 AND mark_price > 0", name="numbers_positive"
        ),
        CheckConstraint("leverage >= 0", name="leverage_not_negative"),
        CheckConstraint("stop_loss > 0 AND take_profit > 0", name="protection_positive"),
        CheckConstraint(
            "position_index = 0 OR (position_index = 1) = (direction = 'long')",
            name="hedge_leg_has_direction",
        ),
        CheckConstraint("position_index IN (0, 1, 2)", name="position_index"),
    )

"""Open positions as the exchange reports them."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from trading.checks import require_not_negative, require_positive, require_utc
from trading.orders import PositionIndex, Side


class Direction(StrEnum):
    """Which way a position earns."""

    LONG = "long"
    SHORT = "short"

    @property
    def sign(self) -> int:
        """+1 for long, -1 for short."""
        return 1 if self is Direction.LONG else -1

    @property
    def entry_side(self) -> Side:
        """The order side that opens it."""
        return Side.BUY if self is Direction.LONG else Side.SELL

    @property
    def exit_side(self) -> Side:
        """The order side that closes it."""
        return self.entry_side.opposite


class PositionMode(StrEnum):
    """Whether a symbol holds one position or a long and a short side by side."""

    ONE_WAY = "one_way"
    HEDGE = "hedge"


@dataclass(frozen=True, slots=True)
class Position:
    """A position that is open. Flat rows of the exchange are never built.

    Prices in USDT, quantity in the base coin. `stop_loss` and `take_profit` are None where the
    exchange has none; `liquidation_price` is None where it is out of reach.
    """

    symbol: str
    direction: Direction
    quantity: Decimal
    entry_price: Decimal
    mark_price: Decimal
    leverage: Decimal
    unrealised_pnl_usdt: Decimal
    updated_at: datetime
    stop_loss: Decimal | None = None
    take_profit: Decimal | None = None
    liquidation_price: Decimal | None = None
    position_index: PositionIndex = PositionIndex.ONE_WAY
    sequence: int = -1

    def __post_init__(self) -> None:
        require_positive("position quantity", self.quantity)
        require_positive("position entry price", self.entry_price)
        require_positive("position mark price", self.mark_price)
        require_not_negative("position leverage", self.leverage)
        require_utc("position updated_at", self.updated_at)

    @property
    def notional_usdt(self) -> Decimal:
        """Value at the mark price."""
        return self.quantity * self.mark_price

    @property
    def is_protected(self) -> bool:
        """Whether a stop loss over the full position stands at the exchange."""
        return self.stop_loss is not None

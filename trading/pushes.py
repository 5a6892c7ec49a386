"""What the exchange pushes of its own accord, as values."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from trading.account import Wallet
from trading.checks import require_positive, require_utc
from trading.executions import Execution
from trading.orders import Order, PositionIndex
from trading.positions import Position


@dataclass(frozen=True, slots=True)
class Quote:
    """The prices of a symbol at the exchange's time `quoted_at`, in USDT."""

    symbol: str
    last: Decimal
    mark: Decimal
    bid: Decimal
    ask: Decimal
    quoted_at: datetime

    def __post_init__(self) -> None:
        for name in ("last", "mark", "bid", "ask"):
            require_positive(f"{self.symbol} {name} price", getattr(self, name))
        require_utc("quote quoted_at", self.quoted_at)


@dataclass(frozen=True, slots=True)
class FlatPosition:
    """A position that is none: closed, or never opened. Only pushes tell of them."""

    symbol: str
    position_index: PositionIndex
    updated_at: datetime
    sequence: int

    def __post_init__(self) -> None:
        require_utc("flat position updated_at", self.updated_at)


PushedRow = Order | Execution | Position | FlatPosition | Wallet | Quote


@dataclass(frozen=True, slots=True)
class StreamMessage:
    """One push: the rows that could be read, and why the others could not.

    `pushed_at` is the exchange's time, `received_at` this machine's.
    """

    topic: str
    rows: tuple[PushedRow, ...]
    refused: tuple[str, ...]
    pushed_at: datetime
    received_at: datetime

    def __post_init__(self) -> None:
        require_utc("message pushed_at", self.pushed_at)
        require_utc("message received_at", self.received_at)

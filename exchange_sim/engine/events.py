"""What the venue announces while it works: the source of every private and public push."""

from collections.abc import Callable
from dataclasses import dataclass

from exchange_sim.engine.model import Execution, Position, Wallet
from exchange_sim.engine.order_model import Order
from exchange_sim.market.values import Tick


@dataclass(frozen=True, slots=True)
class OrderUpdated:
    """An order was created or changed."""

    account: str
    order: Order


@dataclass(frozen=True, slots=True)
class ExecutionHappened:
    """A fill, a forced close or a funding payment was booked."""

    account: str
    execution: Execution


@dataclass(frozen=True, slots=True)
class PositionUpdated:
    """A position may have changed; also sent when an order on its symbol changed."""

    account: str
    position: Position


@dataclass(frozen=True, slots=True)
class WalletUpdated:
    """The wallet balance changed."""

    account: str
    wallet: Wallet


@dataclass(frozen=True, slots=True)
class TickHappened:
    """The market moved; sent only to those who subscribed to ticks."""

    tick: Tick


AccountEvent = OrderUpdated | ExecutionHappened | PositionUpdated | WalletUpdated
Event = AccountEvent | TickHappened
Listener = Callable[[Event], None]

"""Orders that wait for the owner's word: what is proposed, for how long, and under which hash."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from enum import StrEnum
from uuid import UUID

from trading.canonical import fingerprint, plain
from trading.checks import require, require_positive, require_utc
from trading.orders import Side
from trading.positions import Direction
from trading.risk import Approved

_CENT_OF_A_CENT = Decimal("0.0001")


class ApprovalPolicy(StrEnum):
    """Which orders wait for the owner."""

    NEVER = "never"
    ENTRIES = "entries"
    ALL = "all"


class OrderSource(StrEnum):
    """Where an order that opens a position comes from."""

    CYCLE = "cycle"
    HAND = "hand"
    UPLOADED_CHART = "uploaded_chart"


def needs_approval(policy: ApprovalPolicy, source: OrderSource) -> bool:
    """Whether an entry from `source` waits for the owner.

    What came out of a picture from outside always waits: it never trades by itself. Orders that
    only reduce risk never wait, whatever the policy: do not ask for them.
    """
    match source:
        case OrderSource.UPLOADED_CHART:
            return True
        case OrderSource.CYCLE:
            return policy is not ApprovalPolicy.NEVER
        case OrderSource.HAND:
            return policy is ApprovalPolicy.ALL


@dataclass(frozen=True, slots=True)
class ApprovalRules:
    """How long a proposal stands and how far the price may run from it.

    `maximum_drift_fraction` is of the distance from entry to stop. After `maximum_rounds`
    proposals of one decision the market has left it behind, and it is skipped.
    """

    policy: ApprovalPolicy = ApprovalPolicy.NEVER
    expiry: timedelta = timedelta(minutes=15)
    maximum_drift_fraction: Decimal = Decimal("0.3")
    maximum_rounds: int = 3

    def __post_init__(self) -> None:
        require(self.expiry > timedelta(0), f"proposals expire after {self.expiry}; above 0")
        require_positive("maximum_drift_fraction", self.maximum_drift_fraction)
        require(self.maximum_rounds >= 1, f"{self.maximum_rounds} rounds; at least 1")

    @property
    def smallest_part(self) -> Decimal:
        """The part of a proposed quantity that an allowed drift against the trade can leave."""
        return 1 / (1 + self.maximum_drift_fraction)


@dataclass(frozen=True, slots=True)
class ProposedOrder:
    """The exact order the owner is asked about; prices in USDT.

    `entry_price` is what the book offered when it was proposed, `risk_usdt` the planned loss.
    """

    link_id: str
    symbol: str
    direction: Direction
    quantity: Decimal
    entry_price: Decimal
    stop_loss: Decimal
    take_profit: Decimal
    leverage: Decimal
    risk_usdt: Decimal

    def __post_init__(self) -> None:
        for name in ("quantity", "entry_price", "stop_loss", "take_profit", "risk_usdt"):
            require_positive(f"proposed {name}", getattr(self, name))
        require(self.leverage >= 1, f"proposed leverage is {self.leverage}; at least 1")
        sign = self.direction.sign
        require(
            sign * self.stop_loss < sign * self.entry_price < sign * self.take_profit,
            f"{self.direction} from {self.entry_price} with stop {self.stop_loss} and target "
            f"{self.take_profit}: the entry lies between stop and target",
        )

    @property
    def intent_hash(self) -> str:
        """SHA-256 over every field, 64 hexadecimal digits: what an answer is bound to."""
        return fingerprint(self)

    @property
    def notional_usdt(self) -> Decimal:
        """Value at the proposed entry price."""
        return self.quantity * self.entry_price

    def drift_fraction(self, price: Decimal) -> Decimal:
        """How far `price` is from the proposed entry, either way, in stop distances."""
        return abs(price - self.entry_price) / abs(self.entry_price - self.stop_loss)


@dataclass(frozen=True, slots=True)
class Proposal:
    """An order, and until when the owner may say yes. `round` counts proposals of a decision."""

    id: UUID
    order: ProposedOrder
    proposed_at: datetime
    expires_at: datetime
    reasons: str = ""
    round: int = 1
    decision_id: UUID | None = None
    replaces_id: UUID | None = None

    def __post_init__(self) -> None:
        require_utc("proposal proposed_at", self.proposed_at)
        require_utc("proposal expires_at", self.expires_at)
        require(
            self.proposed_at < self.expires_at,
            f"proposal of {self.proposed_at} expires at {self.expires_at}; that is not later",
        )
        require(self.round >= 1, f"proposal round {self.round}; the first is 1")


def order_to_propose(approved: Approved, entry_price: Decimal) -> ProposedOrder:
    """What the limits would let through at `entry_price`, as the owner is asked about it.

    The planned loss is rounded to a hundredth of a cent: it is shown, hashed and stored alike.
    """
    order = approved.order
    require(
        order.stop_loss is not None and order.take_profit is not None,
        f"order {order.link_id} is proposed without stop or target; an entry has both",
    )
    assert order.stop_loss is not None
    assert order.take_profit is not None
    risk = approved.risk_usdt.quantize(_CENT_OF_A_CENT, rounding=ROUND_HALF_EVEN)
    return ProposedOrder(
        link_id=order.link_id,
        symbol=order.symbol,
        direction=Direction.LONG if order.side is Side.BUY else Direction.SHORT,
        quantity=order.quantity,
        entry_price=entry_price,
        stop_loss=order.stop_loss,
        take_profit=order.take_profit,
        leverage=approved.leverage or Decimal(1),
        risk_usdt=max(risk, _CENT_OF_A_CENT),
    )


def describe(proposal: Proposal) -> str:
    """The proposal in plain words: what is bought or sold, what it may lose, until when."""
    order = proposal.order
    again = f" (asked again, {proposal.round})" if proposal.round > 1 else ""
    lines = (
        f"{order.direction.upper()} {order.symbol}{again}",
        f"Quantity {plain(order.quantity)} at about {plain(order.entry_price)} "
        f"({order.notional_usdt:.2f} USDT, leverage {plain(order.leverage)})",
        f"Stop {plain(order.stop_loss)}, target {plain(order.take_profit)}",
        f"Risk {order.risk_usdt:.2f} USDT",
        f"Answer before {proposal.expires_at:%H:%M:%S} UTC; no answer means skip.",
    )
    # On one line: a model's words must not read as a line of ours.
    said = " ".join(proposal.reasons.split())
    reasons = (f"Why: {said}",) if said else ()
    return "\n".join((*lines, *reasons))

"""The brakes of the whole account: when they trip, and what becomes of open positions then."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from trading.account import Wallet
from trading.checks import require, require_not_negative
from trading.instruments import Instrument
from trading.positions import Position


class BrakeKind(StrEnum):
    """What pulled a brake. Every one of them holds until a human resumes."""

    MANUAL = "manual"
    DAILY_LOSS = "daily_loss"
    DRAWDOWN = "drawdown"
    EXCHANGE = "exchange"
    POSITION_MODE = "position_mode"


class TripPolicy(StrEnum):
    """What a tripped brake does with open positions; entry orders are cancelled by all three.

    KEEP leaves them to their stops, REDUCE closes half of each, FLATTEN closes all.
    """

    KEEP = "keep"
    REDUCE = "reduce"
    FLATTEN = "flatten"


_STRICTNESS = (TripPolicy.KEEP, TripPolicy.REDUCE, TripPolicy.FLATTEN)


def is_stricter(policy: TripPolicy, *, than: TripPolicy) -> bool:
    """Whether `policy` closes more than the other."""
    return _STRICTNESS.index(policy) > _STRICTNESS.index(than)


@dataclass(frozen=True, slots=True)
class BrakeRules:
    """How sure a brake must be, and what it does. The limits are in `RiskLimits`.

    A trip needs two readings no older than `maximum_reading_age`. Money missing from the wallet
    that no booking explains waits for its booking so long as `patience` (a withdrawal may be seen
    in the wallet before it is in the transaction log); then it counts as lost.
    """

    policy: TripPolicy = TripPolicy.FLATTEN
    maximum_reading_age: timedelta = timedelta(seconds=60)
    patience: timedelta = timedelta(seconds=60)

    def __post_init__(self) -> None:
        require(
            self.maximum_reading_age > timedelta(0),
            f"maximum_reading_age is {self.maximum_reading_age}; it must be above 0",
        )
        require(
            self.patience >= timedelta(0), f"patience is {self.patience}; it must be at least 0"
        )


@dataclass(frozen=True, slots=True)
class Baseline:
    """The equity that a loss is counted from, and what the owner paid in (+) or out since; USDT.

    Money paid in or out is neither profit nor loss. Paid in, it adds to what the loss is measured
    against; paid out, it does not shrink it, so a withdrawal cannot turn a small loss into a
    large fraction.
    """

    equity_usdt: Decimal
    transfers_usdt: Decimal = Decimal(0)

    def __post_init__(self) -> None:
        require_not_negative("baseline equity", self.equity_usdt)

    def loss_usdt(self, equity_usdt: Decimal) -> Decimal:
        """What was lost since; below 0: earned."""
        return self.equity_usdt + self.transfers_usdt - equity_usdt

    def floor_usdt(self, fraction: Decimal) -> Decimal:
        """The equity at which `fraction` of the money at stake is lost."""
        at_stake = self.equity_usdt + max(self.transfers_usdt, Decimal(0))
        return self.equity_usdt + self.transfers_usdt - fraction * at_stake

    def is_crossed(self, equity_usdt: Decimal, fraction: Decimal) -> bool:
        """Whether that much is lost; exactly at the floor it is."""
        return self.loss_usdt(equity_usdt) > 0 and equity_usdt <= self.floor_usdt(fraction)


@dataclass(frozen=True, slots=True)
class Threshold:
    """One brake of the account: what it counts from and the fraction that pulls it."""

    kind: BrakeKind
    baseline: Baseline
    fraction: Decimal


@dataclass(frozen=True, slots=True)
class Crossing:
    """A brake whose limit one reading shows as reached; `floor_usdt` is the equity it trips at."""

    kind: BrakeKind
    wallet: Wallet
    floor_usdt: Decimal

    @property
    def reason(self) -> str:
        """What was seen and what is allowed."""
        return (
            f"{self.kind}: equity {self.wallet.equity_usdt:.2f} USDT at "
            f"{self.wallet.taken_at.isoformat()} is at or below {self.floor_usdt:.2f} USDT"
        )


def crossings(wallet: Wallet, thresholds: Iterable[Threshold]) -> tuple[Crossing, ...]:
    """The limits that the equity of `wallet` has reached. Equity includes unrealised P&L."""
    return tuple(
        Crossing(each.kind, wallet, each.baseline.floor_usdt(each.fraction))
        for each in thresholds
        if each.baseline.is_crossed(wallet.equity_usdt, each.fraction)
    )


def agree(
    first: Crossing, second: Crossing, rules: BrakeRules, *, now: datetime, is_replayed: bool
) -> bool:
    """Whether two crossings trip the brake: of one kind, both fresh, the second read later.

    One false answer of the exchange trips nothing, nor does the same answer given twice. The time
    of a replayed market stands still or leaps between two questions, so there the order decides.
    """
    before, after = first.wallet.taken_at, second.wallet.taken_at
    if first.kind is not second.kind:
        return False
    if is_replayed:
        return before <= after
    return now - rules.maximum_reading_age <= before < after


def half_of(position: Position, instrument: Instrument) -> Decimal:
    """What REDUCE closes: half of the position down to the step, all of it where half is dust."""
    half = instrument.quantity_down(position.quantity / 2)
    return position.quantity if half < instrument.minimum_quantity else half

"""What the owner asks for on the phone and what comes back: a few facts, not tables."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from trading.brakes import TripPolicy
from trading.checks import require


class Subject(StrEnum):
    """What can be looked at."""

    STATUS = "status"
    POSITIONS = "positions"
    BALANCE = "balance"
    PROFIT = "profit"
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    TRADES = "trades"
    PERFORMANCE = "performance"
    DECISIONS = "decisions"
    HEALTH = "health"


class Unit(StrEnum):
    """How a number is written.

    CHANGE is USDT with its sign, FRACTION a part of 1, R a multiple of the planned loss.
    """

    USDT = "usdt"
    CHANGE = "change"
    PRICE = "price"
    FRACTION = "fraction"
    R = "r"
    PLAIN = "plain"


Shown = Decimal | int | str | datetime | None
"""What a fact may be; None is shown as a dash."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One line: what it is and how much."""

    label: str
    value: Shown
    unit: Unit = Unit.PLAIN


@dataclass(frozen=True, slots=True)
class Entry:
    """One of several things of a kind: a position, a trade, a component."""

    heading: str
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """An answer: a title, facts about the whole, then one entry per thing, then a remark."""

    title: str
    facts: tuple[Fact, ...] = ()
    entries: tuple[Entry, ...] = ()
    remark: str = ""
    picture: bytes | None = None


class DeedKind(StrEnum):
    """What can be done from the phone, each only after a second yes."""

    HALT = "halt"
    RESUME = "resume"
    CLOSE = "close"


@dataclass(frozen=True, slots=True)
class Deed:
    """Something the owner wants done. `symbol` is for CLOSE, `policy` for HALT."""

    kind: DeedKind
    reason: str
    symbol: str = ""
    policy: TripPolicy = TripPolicy.KEEP

    def __post_init__(self) -> None:
        require(self.reason.strip() != "", f"{self.kind} needs a reason; it is empty")
        require(
            (self.kind is DeedKind.CLOSE) == (self.symbol != ""),
            f"{self.kind} of {self.symbol!r}; a symbol belongs to close and to nothing else",
        )

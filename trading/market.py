"""Prices of a moment, funding, and what the exchange tells about everybody's positions."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from trading.checks import require_fraction, require_not_negative, require_positive, require_utc


@dataclass(frozen=True, slots=True)
class Ticker:
    """What a symbol trades at now; prices in USDT, funding as a fraction of the notional.

    `funding_rate` is the one predicted for `next_funding_at`: Bybit's ticker tells the rate that
    will be charged next, and moves it until then.
    """

    symbol: str
    last: Decimal
    mark: Decimal
    index: Decimal
    bid: Decimal
    ask: Decimal
    funding_rate: Decimal
    next_funding_at: datetime
    turnover_24h_usdt: Decimal
    open_interest: Decimal
    taken_at: datetime

    def __post_init__(self) -> None:
        for name in ("last", "mark", "index", "bid", "ask"):
            require_positive(f"{self.symbol} {name} price", getattr(self, name))
        require_utc("ticker taken_at", self.taken_at)

    @property
    def spread_bps(self) -> Decimal:
        """Ask minus bid in basis points of the middle."""
        return (self.ask - self.bid) / ((self.ask + self.bid) / 2) * 10_000


@dataclass(frozen=True, slots=True)
class FundingRate:
    """A settled funding rate: longs paid shorts this fraction of the notional."""

    symbol: str
    rate: Decimal
    settled_at: datetime


@dataclass(frozen=True, slots=True)
class OpenInterest:
    """All open contracts of a symbol at a recorded moment, one side counted, in the base coin."""

    symbol: str
    quantity: Decimal
    recorded_at: datetime

    def __post_init__(self) -> None:
        require_not_negative(f"{self.symbol} open interest", self.quantity)
        require_utc("open interest recorded_at", self.recorded_at)


@dataclass(frozen=True, slots=True)
class AccountRatio:
    """The fractions of the accounts with a position in a symbol that are long and short."""

    symbol: str
    long_fraction: Decimal
    short_fraction: Decimal
    recorded_at: datetime

    def __post_init__(self) -> None:
        require_fraction(f"{self.symbol} long accounts", self.long_fraction)
        require_fraction(f"{self.symbol} short accounts", self.short_fraction)
        require_utc("account ratio recorded_at", self.recorded_at)

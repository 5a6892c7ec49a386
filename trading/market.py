"""Prices of a moment and funding."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from trading.checks import require_positive, require_utc


@dataclass(frozen=True, slots=True)
class Ticker:
    """What a symbol trades at now; prices in USDT, funding as a fraction of the notional."""

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

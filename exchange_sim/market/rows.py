"""What the market answers: candles, ticker figures, trades."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Bar:
    """One candle: prices in USDT, volume in the base coin, turnover in USDT.

    Mark-price candles carry volume and turnover 0. A running candle holds only what was known
    at the moment of the question; `confirmed` says that it had closed by then.
    """

    start_ms: int
    end_ms: int  # last millisecond of the candle: start + interval - 1
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    volume: Decimal
    turnover: Decimal
    confirmed: bool


@dataclass(frozen=True, slots=True)
class TickerStats:
    """The figures of one symbol's ticker at `ts_ms`; the windows are (now - 24 h, now]."""

    ts_ms: int
    symbol: str
    last: Decimal
    mark: Decimal
    index: Decimal
    prev_price_24h: Decimal
    prev_price_1h: Decimal
    high_24h: Decimal
    low_24h: Decimal
    volume_24h: Decimal  # base coin
    turnover_24h: Decimal  # USDT
    open_interest: Decimal  # base coin
    open_interest_value: Decimal  # USDT
    funding_rate: Decimal  # charged at next_funding_ms
    next_funding_ms: int
    bid: Decimal
    bid_size: Decimal
    ask: Decimal
    ask_size: Decimal
    tick_direction: str  # PlusTick | ZeroPlusTick | MinusTick | ZeroMinusTick

    @property
    def price_24h_fraction(self) -> Decimal:
        """Change of the last price over 24 h as a fraction, six decimals."""
        change = (self.last - self.prev_price_24h) / self.prev_price_24h
        return change.quantize(Decimal("0.000001"))


@dataclass(frozen=True, slots=True)
class Trade:
    """One public trade: `side` is the taker's, Buy or Sell; size in the base coin."""

    ts_ms: int
    symbol: str
    trade_id: str  # a uuid, the same on every run
    price: Decimal
    size: Decimal
    side: str
    tick_direction: str
    sequence: int

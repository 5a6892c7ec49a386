"""Prices, settlements, books and trading rules: the words shared by the market and the engine."""

from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from exchange_sim.market.errors import MarketDataError


def _require(condition: bool, message: str) -> None:
    if not condition:
        raise MarketDataError(message)


def _require_positive(owner: str, **amounts: Decimal) -> None:
    for name, amount in amounts.items():
        _require(
            amount.is_finite() and amount > 0,
            f"{owner}: {name} is {amount}; it must be a finite number above 0",
        )


@dataclass(frozen=True, slots=True)
class Tick:
    """One moment of one symbol: last traded, mark and index price in USDT, all above 0."""

    ts_ms: int
    symbol: str
    last: Decimal
    mark: Decimal
    index: Decimal

    def __post_init__(self) -> None:
        # Built hundreds of thousands of times per replay: one comparison chain, no helper call.
        if not (self.last > 0 and self.mark > 0 and self.index > 0):
            message = (
                f"{self.symbol} at {self.ts_ms}: last {self.last}, mark {self.mark}, "
                f"index {self.index}; every price must be above 0"
            )
            raise MarketDataError(message)


@dataclass(frozen=True, slots=True)
class FundingEvent:
    """A settlement at `ts_ms`: longs pay shorts `rate` (a fraction, may be negative) of value."""

    ts_ms: int
    symbol: str
    rate: Decimal

    def __post_init__(self) -> None:
        _require(
            self.rate.is_finite() and abs(self.rate) < 1,
            f"{self.symbol} at {self.ts_ms}: funding rate is {self.rate}; a fraction within -1..1",
        )


@dataclass(frozen=True, slots=True)
class Book:
    """The order book as (price, size) levels, best first; sizes in the base coin."""

    bids: tuple[tuple[Decimal, Decimal], ...]
    asks: tuple[tuple[Decimal, Decimal], ...]

    def __post_init__(self) -> None:
        for (better, _), (worse, _) in pairwise(self.bids):
            _require(better > worse, f"bids must fall: {better} is followed by {worse}")
        for (better, _), (worse, _) in pairwise(self.asks):
            _require(better < worse, f"asks must rise: {better} is followed by {worse}")
        if self.bids and self.asks:
            bid, ask = self.bids[0][0], self.asks[0][0]
            _require(bid < ask, f"the book is crossed: bid {bid} is not below ask {ask}")


@dataclass(frozen=True, slots=True)
class RiskTier:
    """One step of a risk ladder: what holds up to a position value of `limit_value` USDT.

    Rates are fractions of position value; `deduction` (USDT) keeps maintenance continuous
    between tiers (spec section 4.4).
    """

    limit_value: Decimal
    maintenance_rate: Decimal
    initial_rate: Decimal
    max_leverage: Decimal
    deduction: Decimal

    def __post_init__(self) -> None:
        _require_positive(
            "risk tier",
            limit_value=self.limit_value,
            maintenance_rate=self.maintenance_rate,
            max_leverage=self.max_leverage,
        )
        _require(
            self.maintenance_rate < self.initial_rate <= 1,
            f"risk tier {self.limit_value}: maintenance rate {self.maintenance_rate} must be "
            f"below the initial rate {self.initial_rate}, which is at most 1",
        )
        _require(
            self.deduction >= 0,
            f"risk tier {self.limit_value}: deduction is {self.deduction}; it must be at least 0",
        )


@dataclass(frozen=True, slots=True)
class Instrument:
    """The trading rules of one USDT perpetual: price grid, size grid, limits, leverage, funding.

    Prices and `min_notional` in USDT, sizes in the base coin, funding rates and price limit
    ratios as fractions, `risk_tiers` by rising `limit_value`. `delivery_ms` is when a contract to
    be delisted ends, 0 for none. `refusal` is the retCode new orders are refused with: 0 for none,
    110074 for all of them, 110023 for those that do not only reduce a position.
    """

    symbol: str
    base_coin: str
    tick_size: Decimal
    min_price: Decimal
    max_price: Decimal
    qty_step: Decimal
    min_qty: Decimal
    max_qty: Decimal
    max_market_qty: Decimal
    min_notional: Decimal
    min_leverage: Decimal
    max_leverage: Decimal
    leverage_step: Decimal
    funding_interval_min: int
    upper_funding_rate: Decimal
    lower_funding_rate: Decimal
    launch_time_ms: int
    symbol_id: int
    price_limit_x: Decimal
    price_limit_y: Decimal
    risk_tiers: tuple[RiskTier, ...]
    status: str = "Trading"
    delivery_ms: int = 0
    refusal: int = 0

    def __post_init__(self) -> None:
        self._check_positive()
        self._check_grids()
        self._check_funding()
        self._check_tiers()

    def _check_positive(self) -> None:
        _require(
            self.symbol == f"{self.base_coin}USDT" and bool(self.base_coin),
            f"instrument {self.symbol!r}: the symbol must be its base coin "
            f"{self.base_coin!r} followed by USDT",
        )
        _require_positive(
            self.symbol,
            tick_size=self.tick_size,
            min_price=self.min_price,
            qty_step=self.qty_step,
            min_qty=self.min_qty,
            max_market_qty=self.max_market_qty,
            min_notional=self.min_notional,
            min_leverage=self.min_leverage,
            leverage_step=self.leverage_step,
            price_limit_x=self.price_limit_x,
            price_limit_y=self.price_limit_y,
        )

    def _check_grids(self) -> None:
        _require(
            self.min_price < self.max_price,
            f"{self.symbol}: min_price {self.min_price} must be below max_price {self.max_price}",
        )
        _require(
            self.min_qty <= self.max_market_qty <= self.max_qty,
            f"{self.symbol}: min_qty {self.min_qty}, max_market_qty {self.max_market_qty} and "
            f"max_qty {self.max_qty} must not fall",
        )
        on_grid = all(
            amount % self.qty_step == 0
            for amount in (self.min_qty, self.max_market_qty, self.max_qty)
        )
        _require(on_grid, f"{self.symbol}: sizes must be multiples of qty_step {self.qty_step}")

    def _check_funding(self) -> None:
        minutes = self.funding_interval_min
        _require(
            minutes > 0 and 1440 % minutes == 0,
            f"{self.symbol}: funding_interval_min is {minutes}; it must divide a day of 1440",
        )
        _require(
            self.lower_funding_rate < 0 < self.upper_funding_rate,
            f"{self.symbol}: funding bounds {self.lower_funding_rate}..{self.upper_funding_rate} "
            "must enclose 0",
        )

    def _check_tiers(self) -> None:
        _require(bool(self.risk_tiers), f"{self.symbol}: the risk ladder is empty")
        for lower, higher in pairwise(self.risk_tiers):
            _require(
                lower.limit_value < higher.limit_value
                and lower.maintenance_rate < higher.maintenance_rate,
                f"{self.symbol}: risk tiers must rise, {lower.limit_value} is followed by "
                f"{higher.limit_value}",
            )
        top = self.risk_tiers[0].max_leverage
        _require(
            self.min_leverage <= self.max_leverage <= top,
            f"{self.symbol}: max_leverage {self.max_leverage} must lie between min_leverage "
            f"{self.min_leverage} and the first tier's {top}",
        )

"""The trading rules of every symbol: from the packaged catalogue, or derived from a price."""

import json
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from functools import cache
from importlib import resources

from exchange_sim.market.errors import MarketDataError
from exchange_sim.market.values import Instrument, RiskTier

_QUOTE = "USDT"
_MAX_ORDER_USDT = Decimal(5_000_000)
_MAX_MARKET_ORDER_USDT = Decimal(500_000)


@dataclass(frozen=True, slots=True)
class Listing:
    """An instrument with what the synthetic market needs to know about it."""

    instrument: Instrument
    typical_price: Decimal  # USDT
    daily_volatility: float  # standard deviation of a day's return, a fraction


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The listed symbols and the risk ladder of everything else."""

    listings: dict[str, Listing]
    generic_ladder: tuple[RiskTier, ...]


@cache
def catalogue() -> Catalogue:
    """The packaged catalogue, read once."""
    text = resources.files("exchange_sim.market").joinpath("instruments.json").read_text("utf-8")
    document = json.loads(text, parse_float=Decimal)
    ladders = {name: risk_ladder(rows) for name, rows in document["ladders"].items()}
    rows: list[dict[str, str | int]] = document["instruments"]
    listings = {str(row["symbol"]): _listing(row, ladders[str(row["ladder"])]) for row in rows}
    return Catalogue(listings, ladders["generic"])


def risk_ladder(rows: list[tuple[str, str, str]]) -> tuple[RiskTier, ...]:
    """Risk tiers from (limit value USDT, maintenance rate, initial rate), by rising limit.

    Deduction n = limit n-1 × (maintenance n - maintenance n-1) + deduction n-1, so maintenance
    margin does not jump between tiers; leverage is 1 / initial rate (spec section 4.4).
    """
    tiers: list[RiskTier] = []
    for limit, maintenance, initial in rows:
        deduction = Decimal(0)
        if tiers:
            below = tiers[-1]
            step = Decimal(maintenance) - below.maintenance_rate
            deduction = below.limit_value * step + below.deduction
        leverage = (1 / Decimal(initial)).quantize(Decimal("0.01"), ROUND_DOWN)
        tiers.append(
            RiskTier(Decimal(limit), Decimal(maintenance), Decimal(initial), leverage, deduction)
        )
    return tuple(tiers)


def listing(symbol: str) -> Listing:
    """The catalogue's entry of `symbol`. Raises: MarketDataError names the symbols listed."""
    listings = catalogue().listings
    if symbol not in listings:
        message = f"symbol {symbol!r} is not listed; listed are {', '.join(sorted(listings))}"
        raise MarketDataError(message)
    return listings[symbol]


def instrument_for(symbol: str, price: Decimal, launch_time_ms: int) -> Instrument:
    """The rules of `symbol`: the catalogue's, else derived from the magnitude of `price`."""
    listed = catalogue().listings.get(symbol)
    return listed.instrument if listed else derive(symbol, price, launch_time_ms)


def derive(symbol: str, price: Decimal, launch_time_ms: int) -> Instrument:
    """Plausible rules for a symbol the catalogue does not know, from its first price in USDT.

    Tick: the power of ten four digits below the first digit of the price (123.4 -> 0.01). Size
    step: the greatest power of ten worth at most 20 USDT. Largest order 5 million USDT, largest
    market order 500,000 USDT. Funding every 8 h, every 4 h below one cent. Generic risk ladder.
    """
    step = _power_of_ten(20 / price, 0)
    tick = _power_of_ten(price, -4)
    ladder = catalogue().generic_ladder
    return Instrument(
        symbol=symbol,
        base_coin=symbol.removesuffix(_QUOTE),
        tick_size=tick,
        min_price=tick,
        max_price=tick * 19_999_998,
        qty_step=step,
        min_qty=step,
        max_qty=_MAX_ORDER_USDT / price // step * step,
        max_market_qty=_MAX_MARKET_ORDER_USDT / price // step * step,
        min_notional=Decimal(5),
        min_leverage=Decimal(1),
        max_leverage=ladder[0].max_leverage,
        leverage_step=Decimal("0.01"),
        funding_interval_min=480 if price >= Decimal("0.01") else 240,
        upper_funding_rate=Decimal("0.005"),
        lower_funding_rate=Decimal("-0.005"),
        launch_time_ms=launch_time_ms,
        symbol_id=sum(symbol.encode()),
        price_limit_x=Decimal("0.05"),
        price_limit_y=Decimal("0.1"),
        risk_tiers=ladder,
    )


def _power_of_ten(amount: Decimal, shift: int) -> Decimal:
    power = Decimal(1).scaleb(amount.adjusted() + shift)
    return Decimal(f"{power:f}")


def _listing(row: dict[str, str | int], ladder: tuple[RiskTier, ...]) -> Listing:
    def number(name: str) -> Decimal:
        return Decimal(str(row[name]))

    symbol = str(row["symbol"])
    instrument = Instrument(
        symbol=symbol,
        base_coin=symbol.removesuffix(_QUOTE),
        tick_size=number("tick_size"),
        min_price=number("min_price"),
        max_price=number("max_price"),
        qty_step=number("qty_step"),
        min_qty=number("min_qty"),
        max_qty=number("max_qty"),
        max_market_qty=number("max_market_qty"),
        min_notional=number("min_notional"),
        min_leverage=Decimal(1),
        max_leverage=ladder[0].max_leverage,
        leverage_step=Decimal("0.01"),
        funding_interval_min=int(row["funding_interval_min"]),
        upper_funding_rate=number("funding_rate_bound"),
        lower_funding_rate=-number("funding_rate_bound"),
        launch_time_ms=int(row["launch_time_ms"]),
        symbol_id=int(row["symbol_id"]),
        price_limit_x=number("price_limit_x"),
        price_limit_y=number("price_limit_y"),
        risk_tiers=ladder,
    )
    return Listing(instrument, number("typical_price"), float(number("daily_volatility")))

"""Margin of positions and orders in a cross account (spec section 4.4), as plain formulas.

Sources: Bybit help centre "Initial Margin" and "Maintenance Margin" (UTA), as digested in the
protocol notes; checked there against a recorded position row.
"""

from dataclasses import dataclass
from decimal import Decimal

from exchange_sim.engine.holdings import Holding
from exchange_sim.engine.order_model import ZERO
from exchange_sim.engine.vocabulary import Side
from exchange_sim.market.values import Instrument, RiskTier


@dataclass(frozen=True, slots=True)
class Terms:
    """What margin depends on besides size and price: the rules, leverage and taker fee rate."""

    instrument: Instrument
    leverage: Decimal
    taker_fee: Decimal

    def tier(self, value: Decimal) -> tuple[int, RiskTier]:
        """Number (from 1) and terms of the risk tier of a position value; the last has no end."""
        tiers = self.instrument.risk_tiers
        for number, tier in enumerate(tiers, start=1):
            if value <= tier.limit_value:
                return number, tier
        return len(tiers), tiers[-1]

    def close_fee(self, value: Decimal, side: Side) -> Decimal:
        """Estimated fee of closing at the bankruptcy price: value x (1 - d/L) x taker."""
        return value * (1 - side.sign / self.leverage) * self.taker_fee


def position_initial(terms: Terms, side: Side, value: Decimal) -> Decimal:
    """Initial margin of a position worth `value` USDT at the mark price."""
    return value / terms.leverage + terms.close_fee(value, side)


def position_maintenance(terms: Terms, side: Side, value: Decimal) -> Decimal:
    """Maintenance margin of a position worth `value` USDT at the mark price."""
    _, tier = terms.tier(value)
    return value * tier.maintenance_rate - tier.deduction + terms.close_fee(value, side)


def order_initial(terms: Terms, side: Side, value: Decimal) -> Decimal:
    """Margin an opening order of `value` USDT binds: initial margin, open and close fee."""
    return position_initial(terms, side, value) + value * terms.taker_fee


@dataclass(frozen=True, slots=True)
class Rest:
    """The account without one position: wallet balance plus other results, other maintenance."""

    balance: Decimal
    maintenance: Decimal


def liquidation_price(terms: Terms, holding: Holding, mark: Decimal, rest: Rest) -> Decimal | None:
    """Mark price at which the cross account would be liquidated; None if out of the price range.

    long: (size x avg - W' + M' - ded) / (size x (1 - m)), short: (size x avg + W' - M' + ded) /
    (size x (1 + m)), with m = MMR + taker x (1 - d/L): spec section 4.5.
    """
    if holding.side is None:
        return None
    _, tier = terms.tier(holding.size * mark)
    sign = holding.side.sign
    rate = tier.maintenance_rate + terms.close_fee(Decimal(1), holding.side)
    cushion = rest.balance - rest.maintenance + tier.deduction
    price = (holding.entry_value - sign * cushion) / (holding.size * (1 - sign * rate))
    instrument = terms.instrument
    return price if instrument.min_price <= price <= instrument.max_price else None


def break_even_price(holding: Holding, taker_fee: Decimal) -> Decimal | None:
    """Price at which closing would leave this holding at zero; None when flat.

    (entry x qty - realised) / (qty - |qty| x max(taker, 0.00055)), qty signed: spec 4.2.
    """
    if holding.side is None:
        return None
    signed = holding.signed_size
    rate = max(taker_fee, Decimal("0.00055"))
    value = holding.side.sign * holding.entry_value - holding.current_realised
    return max(ZERO, value / (signed - holding.size * rate))

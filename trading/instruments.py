"""What may be ordered in a symbol: price ticks, quantity steps, smallest and largest orders."""

import re
from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal
from typing import Final

from trading.checks import require, require_positive

PERPETUAL: Final = r"[A-Z0-9]{1,26}USDT"
"""The pattern of a USDT perpetual's name as the exchange spells it, without anchors."""


def is_perpetual(name: str) -> bool:
    """Whether `name` is spelled like a USDT perpetual; the exchange may list none of that name."""
    return re.fullmatch(PERPETUAL, name) is not None


@dataclass(frozen=True, slots=True)
class Instrument:
    """A USDT perpetual and its filters. Prices in USDT, quantities in the base coin.

    Ticks are not always powers of ten (0.5, 0.05), so rounding divides by the tick instead of
    counting decimals.
    """

    symbol: str
    base_coin: str
    tick_size: Decimal
    quantity_step: Decimal
    minimum_quantity: Decimal
    maximum_quantity: Decimal
    maximum_market_quantity: Decimal
    minimum_notional_usdt: Decimal
    maximum_leverage: Decimal
    funding_interval: timedelta
    is_trading: bool = True

    def __post_init__(self) -> None:
        for name in (
            "tick_size",
            "quantity_step",
            "minimum_quantity",
            "maximum_quantity",
            "maximum_market_quantity",
            "minimum_notional_usdt",
            "maximum_leverage",
        ):
            require_positive(f"{self.symbol} {name}", getattr(self, name))
        require(
            self.minimum_quantity <= self.maximum_quantity,
            f"{self.symbol}: minimum quantity {self.minimum_quantity} is above the maximum "
            f"{self.maximum_quantity}",
        )

    def price_to_tick(self, price: Decimal) -> Decimal:
        """The nearest price on the tick grid."""
        return _to_grid(price, self.tick_size, ROUND_HALF_EVEN)

    def price_down(self, price: Decimal) -> Decimal:
        """The nearest price on the tick grid at or below `price`."""
        return _to_grid(price, self.tick_size, ROUND_FLOOR)

    def price_up(self, price: Decimal) -> Decimal:
        """The nearest price on the tick grid at or above `price`."""
        return _to_grid(price, self.tick_size, ROUND_CEILING)

    def quantity_down(self, quantity: Decimal) -> Decimal:
        """The largest quantity on the step grid that is not above `quantity`."""
        return _to_grid(quantity, self.quantity_step, ROUND_DOWN)

    def quantity_up(self, quantity: Decimal) -> Decimal:
        """The smallest quantity on the step grid that is not below `quantity`."""
        return _to_grid(quantity, self.quantity_step, ROUND_CEILING)


def _to_grid(value: Decimal, grid: Decimal, rounding: str) -> Decimal:
    return (value / grid).to_integral_value(rounding=rounding) * grid

"""Rounding of money and quantities: amounts are rounded once, when they are booked."""

from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, Decimal

_EIGHT_DECIMALS = Decimal("0.00000001")


def booked(amount: Decimal) -> Decimal:
    """`amount` in USDT as it is booked and printed: 8 decimals, half to even."""
    return amount.quantize(_EIGHT_DECIMALS)


def on_grid(value: Decimal, step: Decimal) -> bool:
    """Whether `value` is a whole multiple of `step` (a tick or a quantity step)."""
    return value % step == 0


def floor_to(value: Decimal, step: Decimal) -> Decimal:
    """The largest multiple of `step` that is not above `value`."""
    return (value / step).to_integral_value(ROUND_FLOOR) * step


def ceil_to(value: Decimal, step: Decimal) -> Decimal:
    """The smallest multiple of `step` that is not below `value`."""
    return (value / step).to_integral_value(ROUND_CEILING) * step


def part(amount: Decimal, share: Decimal, whole: Decimal) -> Decimal:
    """`amount` x `share` / `whole` in booked decimals; exactly `amount` when share is whole."""
    if share == whole:
        return amount
    return (amount * share / whole).quantize(_EIGHT_DECIMALS, ROUND_DOWN)

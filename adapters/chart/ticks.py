"""Round numbers for the axes."""

from datetime import datetime, timedelta
from decimal import Decimal

_WANTED = 9
_FEWEST, _MOST = Decimal("7.5"), Decimal("10.5")
_FIRST_CHOICE = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5))
_SECOND_CHOICE = (Decimal("1.5"), Decimal(3), Decimal(4), Decimal(6), Decimal(8))
_STEPS_OF_TIME = tuple(
    timedelta(minutes=minutes)
    for minutes in (5, 10, 15, 30, 60, 120, 180, 240, 360, 720, 1440, 2880, 5760, 10080, 20160)
)


def price_ticks(low: Decimal, high: Decimal, tick_size: Decimal) -> list[Decimal]:
    """Round prices from `low` to `high`, 8 to 10 where the range has room, on the tick grid.

    Steps of 1, 2, 2.5 and 5 times a power of ten are preferred; others are taken only where
    those would give too few or too many.
    """
    step = _step(high - low, tick_size)
    first = (low / step).to_integral_value(rounding="ROUND_CEILING") * step
    return [first + index * step for index in range(int((high - first) / step) + 1)]


def _step(span: Decimal, tick_size: Decimal) -> Decimal:
    exponent = max((span / _WANTED).adjusted(), tick_size.adjusted())
    # For a tick size that no round number is a multiple of.
    plain = tick_size * max(1, round(span / tick_size / _WANTED))
    powers = [Decimal(1).scaleb(exponent + shift) for shift in (-1, 0, 1)]
    for mantissas in (_FIRST_CHOICE, _FIRST_CHOICE + _SECOND_CHOICE):
        steps = [
            mantissa * power
            for power in powers
            for mantissa in mantissas
            if mantissa * power >= tick_size and (mantissa * power) % tick_size == 0
        ]
        best = min(steps, key=lambda step: abs(span / step - _WANTED), default=plain)
        if _FEWEST <= span / best <= _MOST:
            return best
    return best


def decimals(tick_size: Decimal) -> int:
    """Digits after the point that prices on this tick grid have."""
    exponent = tick_size.normalize().as_tuple().exponent
    return max(0, -int(exponent))


def time_ticks(first: datetime, last: datetime, *, most: int) -> list[datetime]:
    """Round UTC moments from `first` to `last`, at most `most`, all on one grid from midnight."""
    wanted = (last - first) / most
    step = next((one for one in _STEPS_OF_TIME if one >= wanted), None)
    if step is None:
        step = _STEPS_OF_TIME[-1] * -(-wanted // _STEPS_OF_TIME[-1])
    seconds = int(step.total_seconds())
    start = first + timedelta(seconds=-int(first.timestamp()) % seconds)
    number = (last - start) // step + 1
    return [start + index * step for index in range(number)]

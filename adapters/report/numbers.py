"""Numbers as people read them: the unit beside them, no more digits than they deserve."""

import math
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

from trading.metrics.figures import Figure, Unit

UNKNOWN = "–"
_DAY_HOURS = 24
_WHOLE_FROM = 10_000.0
_NO_BREAK = "\u00a0"


def written(figure: Figure) -> str:
    """A figure with its unit, `–` where there is none."""
    return amount(figure.value, figure.unit)


def written_interval(figure: Figure) -> str:
    """The 95 % interval of a figure, empty where there is none."""
    if figure.low is None or figure.high is None:
        return ""
    low, high = amount(figure.low, figure.unit), amount(figure.high, figure.unit)
    number, _, unit = low.partition(_NO_BREAK)
    return f"{number if high.endswith(unit) else low} to {high}"


def amount(value: float | None, unit: Unit) -> str:
    """`value` in `unit`; None gives `–`."""
    return UNKNOWN if value is None else _WRITTEN[unit](value)


def usdt(value: float) -> str:
    """An amount with its currency: whole from 10,000 on, cents below."""
    return f"{_signed_digits(value, 0 if abs(value) >= _WHOLE_FROM else 2)}{_NO_BREAK}USDT"


def percent(fraction: float) -> str:
    """A fraction as a percentage with one to two digits behind the point."""
    value = 100 * fraction
    if value in {0.0, 100.0}:
        return f"{value:.0f}{_NO_BREAK}%"
    return f"{_signed_digits(value, 1 if abs(value) >= 10 else 2)}{_NO_BREAK}%"


def hours(value: float) -> str:
    """A duration in minutes, hours or days, whatever is read most easily."""
    if abs(value) < 1:
        return f"{_signed_digits(60 * value, 0)}{_NO_BREAK}min"
    if abs(value) < 2 * _DAY_HOURS:
        return f"{_signed_digits(value, 1)}{_NO_BREAK}h"
    return f"{_signed_digits(value / _DAY_HOURS, 1)}{_NO_BREAK}days"


def duration(length: timedelta) -> str:
    """A length of time in days or hours."""
    return hours(length.total_seconds() / 3600)


def price(value: float) -> str:
    """A price with six significant digits, as exchanges show it; `–` for NaN."""
    if math.isnan(value):
        return UNKNOWN
    whole = len(str(int(abs(value))))
    return f"{value:,.{max(0, min(8, 6 - whole))}f}"


def moment(at_ms: int) -> str:
    """A time in UTC to the minute."""
    return f"{datetime.fromtimestamp(at_ms / 1000, UTC):%Y-%m-%d %H:%M}"


def signed(text: str) -> str:
    """`text` of a result with a plus in front of what was won."""
    is_won = not text.startswith("−") and any(digit in text for digit in "123456789")
    return f"+{text}" if is_won else text


def on_axis(value: float, unit: Unit) -> str:
    """A round number beside an axis: no digit more than it needs."""
    shown = 100 * value if unit in _SHARES else value
    text = f"{abs(shown):,.6f}".rstrip("0").rstrip(".")
    return f"{'−' if shown < 0 and text != '0' else ''}{text}{_AXIS_UNITS.get(unit, '')}"


_SHARES = (Unit.FRACTION, Unit.PROBABILITY)
_AXIS_UNITS = {
    Unit.FRACTION: f"{_NO_BREAK}%",
    Unit.PROBABILITY: f"{_NO_BREAK}%",
    Unit.R: f"{_NO_BREAK}R",
}


def _ratio(value: float) -> str:
    return _signed_digits(value, 2 if abs(value) >= 1 or value == 0 else 3)


def _risk_units(value: float) -> str:
    return f"{_signed_digits(value, 2)}{_NO_BREAK}R"


def _count(value: float) -> str:
    return _signed_digits(value, 0 if value == round(value) else 1)


def _days(value: float) -> str:
    return f"{_signed_digits(value, 0 if abs(value) >= 10 else 1)}{_NO_BREAK}days"


def _per_day(value: float) -> str:
    return f"{_signed_digits(value, 2)}{_NO_BREAK}a day"


def _signed_digits(value: float, digits: int) -> str:
    text = f"{abs(value):,.{digits}f}"
    is_negative = value < 0 and float(text.replace(",", "")) != 0
    return f"−{text}" if is_negative else text


_WRITTEN: Mapping[Unit, Callable[[float], str]] = MappingProxyType(
    {
        Unit.USDT: usdt,
        Unit.FRACTION: percent,
        Unit.PROBABILITY: percent,
        Unit.RATIO: _ratio,
        Unit.R: _risk_units,
        Unit.COUNT: _count,
        Unit.PER_DAY: _per_day,
        Unit.DAYS: _days,
        Unit.HOURS: hours,
    }
)

"""Where an axis is labelled: round numbers and round dates."""

import math
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import numpy as np

from adapters.report.plot import Scale, Tick

_ROUND = (1.0, 2.0, 2.5, 5.0, 10.0)
_DAYS = (1, 2, 5, 7, 14)
_MONTHS = (1, 2, 3, 4, 6, 12, 24, 60)
_MONTH_DAYS = 30


def round_values(low: float, high: float, count: int = 5) -> list[float]:
    """About `count` round numbers from `low` to `high`, ascending."""
    if not high > low:
        return [low]
    rough = (high - low) / count
    power = 10.0 ** math.floor(math.log10(rough))
    step = power * next(part for part in _ROUND if part * power >= rough * (1 - 1e-9))
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [step * number for number in range(first, last + 1)]


def log_values(low: float, high: float, count: int = 5) -> list[float]:
    """Round numbers for a logarithmic axis: 1, 2, 5 and 10 times a power of ten."""
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    fine = [part * 10.0**power for power in range(first, last) for part in (1, 2, 5)]
    inside = [value for value in fine if low <= value <= high]
    if len(inside) < 3:
        return round_values(low, high, count)
    return (
        inside if len(inside) <= 2 * count else [10.0**power for power in range(first + 1, last)]
    )


def value_ticks(
    scale: Scale, written: Callable[[float], str], *, is_down: bool = True, count: int = 5
) -> tuple[Tick, ...]:
    """Labels at round values; `is_down` for the upright axis."""
    spread = log_values if scale.is_log else round_values
    values = np.array(spread(scale.low, scale.high, count))
    places = scale.down(values) if is_down else scale.across(values)
    pairs = zip(values.tolist(), places.tolist(), strict=True)
    return tuple(Tick(place / 10, written(value)) for value, place in pairs)


def time_ticks(first_ms: int, last_ms: int, count: int = 6) -> tuple[Tick, ...]:
    """Labels at round UTC dates between two times."""
    if last_ms <= first_ms:
        return ()
    first, last = _utc(first_ms), _utc(last_ms)
    span = last_ms - first_ms
    return tuple(
        Tick(100 * (1000 * date.timestamp() - first_ms) / span, label)
        for date, label in _dates(first, last, count)
    )


def _dates(first: datetime, last: datetime, count: int) -> list[tuple[datetime, str]]:
    days = (last - first) / timedelta(days=1)
    if days / count < _DAYS[0]:
        return _hours(first, last, count)
    if days / count <= _DAYS[-1]:
        step = next(step for step in _DAYS if step >= days / count)
        return _whole_days(first, last, step)
    months = days / _MONTH_DAYS / count
    step = next((step for step in _MONTHS if step >= 0.8 * months), _MONTHS[-1])
    return _whole_months(first, last, step)


def _hours(first: datetime, last: datetime, count: int) -> list[tuple[datetime, str]]:
    hours = (last - first) / timedelta(hours=1) / count
    step = timedelta(hours=next((step for step in (1, 3, 6, 12) if step >= hours), 24))
    date = first.replace(minute=0, second=0, microsecond=0, hour=0)
    found = []
    while date <= last:
        if date >= first:
            found.append((date, f"{date:%d %b %H:%M}"))
        date += step
    return found


def _whole_days(first: datetime, last: datetime, step: int) -> list[tuple[datetime, str]]:
    date = first.replace(hour=0, minute=0, second=0, microsecond=0)
    if date < first:
        date += timedelta(days=1)
    found = []
    while date <= last:
        found.append((date, f"{date:%d %b}"))
        date += timedelta(days=step)
    return found


def _whole_months(first: datetime, last: datetime, step: int) -> list[tuple[datetime, str]]:
    found = []
    for number in range(first.year * 12, last.year * 12 + 12, step):
        date = datetime(number // 12, number % 12 + 1, 1, tzinfo=UTC)
        if first <= date <= last:
            found.append((date, f"{date:%Y}" if step >= 12 else f"{date:%b %Y}"))
    return found


def _utc(at_ms: int) -> datetime:
    return datetime.fromtimestamp(at_ms / 1000, UTC)

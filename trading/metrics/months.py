"""The account's return month by month, for the calendar of a report."""

from dataclasses import dataclass

import numpy as np

from trading.metrics.daily import DailyEquity


@dataclass(frozen=True, slots=True)
class MonthReturn:
    """Return of one calendar month (UTC) as a fraction; the first and last may be short."""

    year: int
    month: int
    fraction: float


def month_returns(daily: DailyEquity) -> tuple[MonthReturn, ...]:
    """The months in order; their growth multiplies to that of the whole. Empty after a ruin."""
    if daily.is_ruined:
        return ()
    months = daily.day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    begins = np.flatnonzero(np.diff(months, prepend=months[0] - 1))
    closes = daily.close[np.append(begins[1:], len(daily)) - 1]
    growth = closes / daily.start[begins] - 1
    return tuple(
        MonthReturn(1970 + int(number) // 12, int(number) % 12 + 1, float(fraction))
        for number, fraction in zip(months[begins], growth, strict=True)
    )

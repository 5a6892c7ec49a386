"""What the time axis says: UTC times and dates, or on a masked chart how many bars ago."""

from dataclasses import dataclass

from adapters.chart.layout import PITCH
from adapters.chart.ticks import time_ticks
from trading.chart import ChartInput

_LABEL_PITCH = 108
_BARS_BETWEEN = 10


@dataclass(frozen=True, slots=True)
class Mark:
    """A label under the candle `index`; `is_day` where a UTC day begins."""

    index: int
    label: str
    is_day: bool = False


def time_marks(chart: ChartInput) -> list[Mark]:
    """Round UTC times, at midnight the date."""
    first, last = chart.candles[0].opened_at, chart.candles[-1].opened_at
    most = max(1, len(chart.candles) * PITCH // _LABEL_PITCH)
    marks = []
    for moment in time_ticks(first, last, most=most):
        index = round((moment - first) / chart.interval.length)
        is_midnight = (moment.hour, moment.minute) == (0, 0)
        label = f"{moment:%d %b}" if is_midnight else f"{moment:%H:%M}"
        marks.append(Mark(index, label, is_day=is_midnight))
    return marks


def bar_marks(chart: ChartInput) -> list[Mark]:
    """Every tenth bar counted backwards: 0 is the newest, -10 ten bars before it."""
    newest = len(chart.candles) - 1
    return [Mark(newest - age, str(-age)) for age in range(0, newest + 1, _BARS_BETWEEN)]

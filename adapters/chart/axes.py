"""The frame of the chart: grids, price labels and the time axis."""

from decimal import Decimal

from adapters.chart.canvas import Canvas, text_width
from adapters.chart.layout import (
    LABELS_LEFT,
    PITCH,
    PRICE,
    RSI,
    TIME_LABELS_TOP,
    VOLUME,
    WIDTH,
    Scale,
    candle_x,
)
from adapters.chart.palette import DAY_LINE, FRAME, GRID, MUTED, PAPER, TEXT
from adapters.chart.ticks import decimals, price_ticks, time_ticks
from trading.chart import ChartInput

_PANELS = (PRICE, VOLUME, RSI)
_TIME_LABEL_PITCH = 108
TAG_HALF = 9


def price_text(price: Decimal, tick_size: Decimal) -> str:
    """A price with the digits of its tick size, never in exponent notation."""
    return f"{price:.{decimals(tick_size)}f}"


def label_size(text: str) -> int:
    """The largest font that fits `text` into the column of prices."""
    room = WIDTH - LABELS_LEFT - 4
    return next((size for size in (15, 14, 13) if text_width(text, size) <= room), 12)


def draw_time_axis(canvas: Canvas, chart: ChartInput) -> None:
    """Vertical lines through all panels; a label is a UTC time, at midnight the date."""
    candles = chart.candles
    first, last = candles[0].opened_at, candles[-1].opened_at
    most = max(1, len(candles) * PITCH // _TIME_LABEL_PITCH)
    for moment in time_ticks(first, last, most=most):
        index = round((moment - first) / chart.interval.length)
        x = candle_x(index, len(candles))
        is_midnight = (moment.hour, moment.minute) == (0, 0)
        for panel in _PANELS:
            canvas.down(x, panel.top, panel.bottom, DAY_LINE if is_midnight else GRID)
        label = f"{moment:%d %b}" if is_midnight else f"{moment:%H:%M}"
        colour = TEXT if is_midnight else MUTED
        # The label of the oldest candle would stick out at the left.
        label_x = max(x, text_width(label, 14) // 2 + 2)
        canvas.text((label_x, TIME_LABELS_TOP), label, colour, size=14, anchor="mt")
    canvas.text((LABELS_LEFT, TIME_LABELS_TOP), "UTC", MUTED, size=14, anchor="lt")


def draw_price_grid(canvas: Canvas, scale: Scale, chart: ChartInput) -> list[tuple[int, str]]:
    """Horizontal lines at round prices; gives the labels that belong to them as (row, text)."""
    low, high = Decimal(str(scale.low)), Decimal(str(scale.high))
    labels = []
    for price in price_ticks(low, high, chart.tick_size):
        y = scale.y(float(price))
        canvas.across(PRICE.left, PRICE.right, y, GRID)
        labels.append((y, price_text(price, chart.tick_size)))
    return labels


def draw_tag(canvas: Canvas, y: int, text: str, colour: str) -> None:
    """A value on a coloured field in the column of prices."""
    canvas.box((PRICE.right + 1, y - TAG_HALF, WIDTH - 1, y + TAG_HALF), fill=colour)
    canvas.text((LABELS_LEFT, y), text, PAPER, size=label_size(text))


def draw_frames(canvas: Canvas) -> None:
    """The outlines of the panels, over everything drawn inside."""
    for panel in _PANELS:
        canvas.frame(panel, FRAME)

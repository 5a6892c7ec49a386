"""The frame of the chart: grids, price labels and the time axis."""

from decimal import Decimal

from adapters.chart.canvas import Canvas, text_width
from adapters.chart.layout import (
    LABELS_LEFT,
    PRICE,
    RSI,
    TIME_LABELS_TOP,
    VOLUME,
    WIDTH,
    Scale,
    candle_x,
)
from adapters.chart.marks import bar_marks, time_marks
from adapters.chart.palette import DAY_LINE, FRAME, GRID, MUTED, PAPER, TEXT
from adapters.chart.ticks import decimals, price_ticks
from trading.arms import Mask
from trading.chart import ChartInput

_PANELS = (PRICE, VOLUME, RSI)
TAG_HALF = 9


def price_text(price: Decimal, tick_size: Decimal) -> str:
    """A price with the digits of its tick size, never in exponent notation."""
    return f"{price:.{decimals(tick_size)}f}"


def label_size(text: str) -> int:
    """The largest font that fits `text` into the column of prices."""
    room = WIDTH - LABELS_LEFT - 4
    return next((size for size in (15, 14, 13) if text_width(text, size) <= room), 12)


def draw_time_axis(canvas: Canvas, chart: ChartInput) -> None:
    """Vertical lines through all panels with labels: UTC times, or ages in bars without dates."""
    is_masked = chart.mask is Mask.ANONYMISED
    for mark in bar_marks(chart) if is_masked else time_marks(chart):
        x = candle_x(mark.index, len(chart.candles))
        for panel in _PANELS:
            canvas.down(x, panel.top, panel.bottom, DAY_LINE if mark.is_day else GRID)
        # The label of the oldest candle would stick out at the left.
        label_x = max(x, text_width(mark.label, 14) // 2 + 2)
        colour = TEXT if mark.is_day else MUTED
        canvas.text((label_x, TIME_LABELS_TOP), mark.label, colour, size=14, anchor="mt")
    unit = "bars" if is_masked else "UTC"
    canvas.text((LABELS_LEFT, TIME_LABELS_TOP), unit, MUTED, size=14, anchor="lt")


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

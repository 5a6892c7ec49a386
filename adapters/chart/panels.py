"""The two panels below the price: volume and RSI."""

import math
from decimal import Decimal

from adapters.chart.axes import TAG_HALF, draw_tag
from adapters.chart.candles import draw_series
from adapters.chart.canvas import Canvas
from adapters.chart.layout import BODY, LABELS_LEFT, RSI, VOLUME, Panel, Scale, candle_x
from adapters.chart.palette import BAND, DOWN_VOLUME, FRAME, GRID, MUTED, UP_VOLUME
from adapters.chart.palette import RSI as RSI_COLOUR
from trading.chart import ChartInput

_UNITS = ((Decimal(10) ** 9, "B"), (Decimal(10) ** 6, "M"), (Decimal(10) ** 3, "K"))
_OVERSOLD, _OVERBOUGHT = 30, 70


def short_number(value: Decimal) -> str:
    """About three digits with K, M or B: 1.23K, 45.6M, 789, 0.0123."""
    for size, unit in _UNITS:
        if value >= size:
            return f"{_three_digits(value / size)}{unit}"
    return _three_digits(value)


def _three_digits(value: Decimal) -> str:
    if value == 0:
        return "0"
    places = max(0, 2 - value.adjusted())
    return f"{value:.{places}f}"


def draw_volume(canvas: Canvas, chart: ChartInput) -> None:
    """Volume bars in the base coin, green where the candle rose; the scale starts at 0."""
    highest = max(candle.volume for candle in chart.candles)
    scale = Scale(VOLUME, 0, float(highest) * 1.1 or 1)
    half = BODY // 2
    for index, candle in enumerate(chart.candles):
        if candle.volume == 0:
            continue
        x = candle_x(index, len(chart.candles))
        colour = UP_VOLUME if candle.close >= candle.open else DOWN_VOLUME
        top = min(scale.y(float(candle.volume)), VOLUME.bottom - 1)
        canvas.box((x - half, top, x + half, VOLUME.bottom), fill=colour)
    if highest > 0:
        canvas.text((LABELS_LEFT, scale.y(float(highest))), short_number(highest), MUTED)
    canvas.text((LABELS_LEFT, VOLUME.bottom - 7), "0", MUTED)
    _title(canvas, VOLUME, "Volume", short_number(chart.candles[-1].volume))


def draw_rsi_grid(canvas: Canvas) -> None:
    """The band between 30 and 70 and its middle."""
    scale = Scale(RSI, 0, 100)
    top, bottom = scale.y(_OVERBOUGHT), scale.y(_OVERSOLD)
    canvas.box((RSI.left, top, RSI.right, bottom), fill=BAND)
    canvas.across(RSI.left, RSI.right, scale.y(50), GRID)
    for value in (_OVERSOLD, _OVERBOUGHT):
        canvas.across(RSI.left, RSI.right, scale.y(value), FRAME, dash=(6, 4))


def draw_rsi(canvas: Canvas, chart: ChartInput) -> None:
    """RSI 14 from 0 to 100 with its last value at the axis."""
    scale = Scale(RSI, 0, 100)
    draw_series(canvas, scale, RSI, chart.rsi, RSI_COLOUR)
    last = float(chart.rsi[-1])
    is_warm = math.isfinite(last)
    last_y = min(max(scale.y(last), RSI.top + TAG_HALF), RSI.bottom - TAG_HALF) if is_warm else 0
    for value in (_OVERSOLD, _OVERBOUGHT):
        if abs(scale.y(value) - last_y) >= 2 * TAG_HALF:
            canvas.text((LABELS_LEFT, scale.y(value)), str(value), MUTED)
    if is_warm:
        draw_tag(canvas, last_y, f"{last:.1f}", RSI_COLOUR)
    _title(canvas, RSI, "RSI 14")


def _title(canvas: Canvas, panel: Panel, name: str, value: str = "") -> None:
    # In the room right of the newest candle, where nothing else is drawn.
    canvas.text((panel.right - 6, panel.top + 6), name, MUTED, size=13, anchor="rt")
    canvas.text((panel.right - 6, panel.top + 24), value, MUTED, size=13, anchor="rt")

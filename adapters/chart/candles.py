"""Candles and averages on the price panel."""

import math

from adapters.chart.canvas import Canvas
from adapters.chart.layout import BODY, PRICE, Panel, Scale, candle_x
from adapters.chart.palette import DOWN, EMA_FAST, EMA_SLOW, PAPER, UP
from trading.bars import Series
from trading.candles import Candle
from trading.chart import ChartInput


def draw_candles(canvas: Canvas, scale: Scale, chart: ChartInput) -> None:
    """Hollow green for a close at or above the open, filled red below it.

    Filled against hollow, so that direction is readable without colour.
    """
    for index, candle in enumerate(chart.candles):
        _draw_candle(canvas, scale, candle, candle_x(index, len(chart.candles)))


def _draw_candle(canvas: Canvas, scale: Scale, candle: Candle, x: int) -> None:
    rises = candle.close >= candle.open
    colour = UP if rises else DOWN
    top = scale.y(float(max(candle.open, candle.close)))
    bottom = scale.y(float(min(candle.open, candle.close)))
    canvas.down(x, scale.y(float(candle.high)), scale.y(float(candle.low)), colour)
    half = BODY // 2
    canvas.box((x - half, top, x + half, bottom), fill=PAPER if rises else colour, outline=colour)


def draw_averages(canvas: Canvas, scale: Scale, chart: ChartInput) -> None:
    """EMA 20 and EMA 50 as smooth lines, from the candle where they are warm."""
    for values, colour in ((chart.ema_slow, EMA_SLOW), (chart.ema_fast, EMA_FAST)):
        draw_series(canvas, scale, PRICE, values, colour)


def draw_series(canvas: Canvas, scale: Scale, panel: Panel, values: Series, colour: str) -> None:
    """A smooth line through the values of an array of shape (n_candles,), NaN left out."""
    points = [
        (float(candle_x(index, len(values))), scale.exact_y(float(value)))
        for index, value in enumerate(values)
        if math.isfinite(value)
    ]
    canvas.curve(points, panel, colour)

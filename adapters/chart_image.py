"""The picture of a chart that an analyst looks at: PNG bytes that depend on the market only.

Drawn with Pillow instead of a plotting library: about ten times faster, so that a cycle over
twenty symbols spends its time on thinking, and the same bytes in every process and thread.
"""

import hashlib
import math

from adapters.chart.axes import draw_frames, draw_price_grid, draw_time_axis
from adapters.chart.candles import draw_averages, draw_candles
from adapters.chart.canvas import Canvas
from adapters.chart.layout import HEIGHT, PRICE, WIDTH, Scale
from adapters.chart.levels import draw_level_lines, draw_tags, tags_of
from adapters.chart.panels import draw_rsi, draw_rsi_grid, draw_volume
from adapters.chart.title import draw_title
from trading.chart import ChartImage, ChartInput, Level, LevelKind

__all__ = [
    "CODE_ALPHABET",
    "RENDERER",
    "ChartImage",
    "ChartInput",
    "Level",
    "LevelKind",
    "chart_code",
    "render_chart",
]

RENDERER = "renderer.v1"
"""Changes whenever the same input gives another picture."""

CODE_ALPHABET = "ACDEFHJKLMNPRTUVWXY3479"
"""Without letters and digits that are taken for one another."""
_CODE_LENGTH = 4


def render_chart(chart: ChartInput) -> ChartImage:
    """The last 120 candles of `chart` with averages, volume, RSI and levels, 1536 x 768 pixels.

    A masked chart has no dates: its bars are counted backwards from the newest, which is 0.
    Equal inputs give equal bytes in every thread and process with the locked Pillow.
    """
    shown = chart.visible()
    code = chart_code(chart.seed)
    png = _draw(shown, code)
    return ChartImage(
        png=png,
        sha256=hashlib.sha256(png).hexdigest(),
        width=WIDTH,
        height=HEIGHT,
        code=code,
        renderer=RENDERER,
        drawn_low=min(candle.low for candle in shown.candles),
        drawn_high=max(candle.high for candle in shown.candles),
        drawn_last=shown.candles[-1],
    )


def chart_code(seed: str) -> str:
    """The four characters in the corner of the picture made from `seed`, and nowhere else.

    An answer that repeats them proves that its author was shown this picture
    (analysis.md §3.2).
    """
    number = int.from_bytes(hashlib.sha256(f"{seed}|{RENDERER}".encode()).digest())
    characters = []
    for _ in range(_CODE_LENGTH):
        number, index = divmod(number, len(CODE_ALPHABET))
        characters.append(CODE_ALPHABET[index])
    return "".join(characters)


def _draw(chart: ChartInput, code: str) -> bytes:
    canvas = Canvas()
    scale = price_scale(chart)
    tags = tags_of(chart, scale)
    # From back to front: what comes later covers what came before.
    draw_rsi_grid(canvas)
    draw_time_axis(canvas, chart)
    ticks = draw_price_grid(canvas, scale, chart)
    draw_level_lines(canvas, tags)
    draw_candles(canvas, scale, chart)
    draw_averages(canvas, scale, chart)
    draw_volume(canvas, chart)
    draw_rsi(canvas, chart)
    draw_frames(canvas)
    draw_tags(canvas, chart, tags, ticks)
    draw_title(canvas, chart, code)
    return canvas.png()


def price_scale(chart: ChartInput) -> Scale:
    """Prices from the lowest to the highest drawn, with a margin of a twentieth.

    Candles, averages and the last price are always inside. A level widens the scale only as
    long as the candles keep half of the height; a stop far away must not flatten the market.
    """
    values = [float(price) for candle in chart.candles for price in (candle.low, candle.high)]
    values.append(float(chart.last_price))
    averages = (*chart.ema_fast, *chart.ema_slow)
    values += [float(value) for value in averages if math.isfinite(value)]
    low, high = min(values), max(values)
    room = high - low
    last = float(chart.last_price)
    for price in sorted((float(one.price) for one in chart.levels), key=lambda p: abs(p - last)):
        if max(high, price) - min(low, price) <= 2 * room:
            low, high = min(low, price), max(high, price)
    margin = max((high - low) / 20, 3 * float(chart.tick_size))
    return Scale(PRICE, max(low - margin, 0.0), high + margin)

"""The line above the chart: what it shows, until when, which line is which, and the code."""

from adapters.chart.axes import price_text
from adapters.chart.canvas import Canvas, text_width
from adapters.chart.layout import CODE_BOX, CODE_CENTRE, CODE_SIZE, PRICE
from adapters.chart.palette import EMA_FAST, EMA_SLOW, FRAME, MUTED, PAPER, TEXT
from trading.arms import Mask
from trading.chart import ChartInput

_MIDDLE = 23
_GAP = 18


def draw_title(canvas: Canvas, chart: ChartInput, code: str) -> None:
    """Symbol, interval, moment, last candle and legend on the left; the code in the corner."""
    x = PRICE.left
    for text, size, colour in _parts(chart):
        canvas.text((x, _MIDDLE), text, colour, size=size)
        x += text_width(text, size) + _GAP
    canvas.box(CODE_BOX, fill=PAPER, outline=FRAME)
    canvas.text(CODE_CENTRE, code, TEXT, size=CODE_SIZE, anchor="mm")


def _parts(chart: ChartInput) -> list[tuple[str, int, str]]:
    tick, candle = chart.tick_size, chart.candles[-1]
    until = "" if chart.mask is Mask.ANONYMISED else f" to {chart.as_of:%Y-%m-%d %H:%M} UTC"
    return [
        (f"{chart.symbol}  {chart.interval}", 22, TEXT),
        (f"{len(chart.candles)} closed candles{until}", 15, MUTED),
        (
            f"O {price_text(candle.open, tick)}  H {price_text(candle.high, tick)}  "
            f"L {price_text(candle.low, tick)}  C {price_text(candle.close, tick)}",
            15,
            TEXT,
        ),
        ("EMA 20", 15, EMA_FAST),
        ("EMA 50", 15, EMA_SLOW),
    ]

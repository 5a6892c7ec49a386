"""Results as a picture for the phone: a bar per period, green above the line and red below.

Equal results give equal bytes: one font, whole pixels, no time stamp in the file.
"""

from decimal import ROUND_HALF_EVEN, Decimal
from io import BytesIO

from PIL import Image, ImageDraw

from adapters.chart.canvas import font
from adapters.chart.palette import DOWN, FRAME, GRID, MUTED, PAPER, TEXT, UP
from trading.period_results import PnlPicture, Result

WIDTH, HEIGHT = 800, 450
_LEFT, _RIGHT, _TOP, _BOTTOM = 30, 770, 80, 400


def draw_pnl(picture: PnlPicture) -> bytes:
    """The picture as a PNG of 800 × 450."""
    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    draw = ImageDraw.Draw(image)
    total = sum((result.pnl_usdt for result in picture.results), Decimal(0))
    draw.text((_LEFT, 24), picture.title, fill=TEXT, font=font(24))
    draw.text((_RIGHT, 24), f"{total:+,.2f} USDT", fill=_colour(total), font=font(24), anchor="ra")
    _draw_bars(draw, picture.results)
    stream = BytesIO()
    image.save(stream, "PNG", compress_level=6)
    return stream.getvalue()


def _draw_bars(draw: ImageDraw.ImageDraw, results: tuple[Result, ...]) -> None:
    highest = max((result.pnl_usdt for result in results), default=Decimal(0))
    lowest = min((result.pnl_usdt for result in results), default=Decimal(0))
    top, bottom = max(highest, Decimal(0)), min(lowest, Decimal(0))
    spread = top - bottom or Decimal(1)
    zero = _TOP + _pixels((_BOTTOM - _TOP) * top / spread)
    draw.rectangle((_LEFT, _TOP, _RIGHT, _BOTTOM), outline=GRID)
    slot = Decimal(_RIGHT - _LEFT) / max(len(results), 1)
    for place, result in enumerate(results):
        left = _LEFT + _pixels(slot * (place + Decimal("0.2")))
        right = _LEFT + _pixels(slot * (place + Decimal("0.8")))
        end = zero - _pixels((_BOTTOM - _TOP) * result.pnl_usdt / spread)
        draw.rectangle(
            (left, min(zero, end), right, max(zero, end)), fill=_colour(result.pnl_usdt)
        )
        middle = (left + right) // 2
        label = f"{result.start:%d.%m}"
        draw.text((middle, _BOTTOM + 8), label, fill=MUTED, font=font(14), anchor="ma")
    draw.line((_LEFT, zero, _RIGHT, zero), fill=FRAME)


def _colour(amount: Decimal) -> str:
    if amount == 0:
        return MUTED
    return UP if amount > 0 else DOWN


def _pixels(length: Decimal) -> int:
    return int(length.quantize(Decimal(1), rounding=ROUND_HALF_EVEN))

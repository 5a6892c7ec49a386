"""Pictures with a code that nobody can guess: who repeats it has seen the picture."""

import secrets
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

from adapters.chart.layout import CODE_CENTRE, CODE_SIZE, HEIGHT, WIDTH

SIDE = 64
"""Pixels. Small enough to cost next to nothing wherever pictures are billed."""

_ALPHABET = "ACDEFHJKLNPRTUVXY3479"  # none is taken for another, none is too wide
_LENGTH = 4
_FONT_SIZE = 20


def new_code() -> str:
    """Four characters drawn by chance, so that no cache can know the answer."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))


def picture_of(code: str) -> bytes:
    """The code in black on white, 64 x 64 pixels, as PNG."""
    return _drawn(code, (SIDE, SIDE), (SIDE // 2, SIDE // 2), _FONT_SIZE)


def sheet_of(code: str) -> bytes:
    """The code where a chart has its own and as large, on an empty sheet of a chart's size."""
    return _drawn(code, (WIDTH, HEIGHT), CODE_CENTRE, CODE_SIZE)


def _drawn(code: str, size: tuple[int, int], place: tuple[int, int], height: int) -> bytes:
    image = Image.new("RGB", size, "white")
    font = ImageFont.load_default(height)
    ImageDraw.Draw(image).text(place, code, "black", font=font, anchor="mm")
    stream = BytesIO()
    image.save(stream, "PNG")
    return stream.getvalue()

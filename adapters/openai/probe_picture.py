"""A small picture with a code that nobody can guess: who repeats it has seen the picture."""

import secrets
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

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
    image = Image.new("RGB", (SIDE, SIDE), "white")
    font = ImageFont.load_default(_FONT_SIZE)
    ImageDraw.Draw(image).text((SIDE // 2, SIDE // 2), code, "black", font=font, anchor="mm")
    stream = BytesIO()
    image.save(stream, "PNG")
    return stream.getvalue()

"""Reads the chart code from the pixels of a picture, as an analyst with eyes would.

It knows what is public: where the code stands, and the letters of the font that is drawn there.
"""

import io
from collections.abc import Iterator
from functools import cache
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from adapters.chart.canvas import font
from adapters.chart.layout import CODE_BOX, CODE_SIZE
from adapters.chart.palette import PAPER, TEXT
from adapters.chart_image import CODE_ALPHABET

Ink = NDArray[np.int16]

_FAINT = 48
"""Less ink than this (of 255) is the soft edge of a letter."""
_ALIKE = 25.0
"""Mean difference of ink, over the letter's field, up to which it is that letter."""


def read_code(png: bytes) -> str:
    """The letters in the box of the code, left to right; "?" from where they are no letters."""
    left, top, right, bottom = CODE_BOX
    return read_letters(Image.open(io.BytesIO(png)).crop((left + 1, top + 1, right, bottom)))


def read_letters(field: Image.Image) -> str:
    """The letters on a field that holds nothing else."""
    ink = _ink(field)
    code = ""
    while (ink > _FAINT).any():
        difference, letter, seen = min(_matches(ink), key=itemgetter(0), default=(255.0, "?", ink))
        if difference > _ALIKE:
            return code + "?"
        code += letter
        # Taken away and not blanked: a neighbour may begin within this letter's field.
        seen -= np.minimum(seen, _alphabet()[letter])
    return code


def _matches(ink: Ink) -> Iterator[tuple[float, str, Ink]]:
    """How far each letter is from the leftmost ink: (difference, letter, where it would be)."""
    dark = ink > _FAINT
    start, top = int(dark.any(axis=0).argmax()), int(dark.any(axis=1).argmax())
    for letter, shape in _alphabet().items():
        for left in (start - 2, start - 1):
            field = ink[top : top + shape.shape[0], left : left + shape.shape[1]]
            if field.shape == shape.shape:
                yield float(np.abs(shape - field).mean()), letter, field


def _ink(image: Image.Image) -> Ink:
    return 255 - np.asarray(image.convert("L"), dtype=np.int16)


@cache
def _alphabet() -> dict[str, Ink]:
    return {letter: _drawn(letter) for letter in CODE_ALPHABET}


def _drawn(letter: str) -> Ink:
    image = Image.new("RGB", (64, 64), PAPER)
    ImageDraw.Draw(image).text((32, 32), letter, fill=TEXT, font=font(CODE_SIZE), anchor="mm")
    dark = _ink(image) > _FAINT
    rows, columns = np.flatnonzero(dark.any(axis=1)), np.flatnonzero(dark.any(axis=0))
    return _ink(image)[rows[0] : rows[-1] + 1, columns[0] - 1 : columns[-1] + 2]

"""Looks at the pictures of a question: what a model with eyes could tell of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from io import BytesIO
from string import ascii_uppercase, digits

from PIL import Image, UnidentifiedImageError

from model_sim.sight.candles import Reach, last_move, reaches
from model_sim.sight.layout import (
    CHART_SIZE,
    CODE_ALPHABET,
    CODE_BOX,
    CODE_FONT_SIZE,
    CODE_LENGTH,
)
from model_sim.sight.lettering import read_line

UNREAD = "????"
"""The code of who saw none."""

_SMALL = 256
"""A picture at most so wide and high shows nothing but a code."""


class PictureError(Exception):
    """The bytes are no picture that can be decoded."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What was seen: the code, the newest candle's move if any, and how far candles reach."""

    code: str = UNREAD
    last_move: str | None = None
    reaches: Mapping[int, Reach] = field(default_factory=dict)


def look(images: Sequence[bytes]) -> Sight:
    """What the first picture shows: its code is the one that is asked for, of however many.

    Raises: PictureError for bytes that are no picture, whichever of them it is.
    """
    pictures = [decode(image) for image in images]
    return _look_at(pictures[0]) if pictures else Sight()


@lru_cache(maxsize=4)  # the same picture is billed and looked at
def decode(image: bytes) -> Image.Image:
    """The picture in RGB, not to be drawn on. Raises: PictureError for bytes that are none."""
    try:
        with Image.open(BytesIO(image)) as opened:
            return opened.convert("RGB")
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError) as error:
        message = f"{len(image)} bytes are no picture that can be decoded: {type(error).__name__}"
        raise PictureError(message) from error


def _look_at(picture: Image.Image) -> Sight:
    if picture.size == CHART_SIZE:
        return Sight(_chart_code(picture), last_move(picture), reaches(picture))
    if max(picture.size) <= _SMALL:
        return Sight(read_line(picture, ascii_uppercase + digits) or UNREAD)
    return Sight()


def _chart_code(chart: Image.Image) -> str:
    read = read_line(chart.crop(CODE_BOX), CODE_ALPHABET, CODE_FONT_SIZE)
    return read if len(read) == CODE_LENGTH else UNREAD

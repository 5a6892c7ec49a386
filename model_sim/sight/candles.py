"""Reads candles from a chart's pixels: how the last one moved, how far each reaches."""

from collections.abc import Mapping
from dataclasses import dataclass

from PIL import Image, ImageChops

from model_sim.sight.layout import (
    DOWN,
    MOST_CANDLES,
    NEWEST_X,
    PITCH,
    PRICE_BOTTOM,
    PRICE_TOP,
    UP,
)

_CLOSE = 90
"""Colours that differ by less, summed over the channels, are the same ink."""

_HALF_BODY = 3


@dataclass(frozen=True, slots=True)
class Reach:
    """The highest and the lowest row of one candle; rows count downwards."""

    top: int
    bottom: int


def last_move(chart: Image.Image) -> str | None:
    """How the newest candle moved, by the ink of its body: up, down, None where none is seen."""
    body = chart.crop((NEWEST_X - _HALF_BODY, PRICE_TOP, NEWEST_X + _HALF_BODY + 1, PRICE_BOTTOM))
    rising, falling = (sum(_inked(body, ink).tobytes()) for ink in (UP, DOWN))
    if rising == falling:
        return None
    return "up" if rising > falling else "down"


def reaches(chart: Image.Image) -> Mapping[int, Reach]:
    """The reach of every candle that is seen, by its age: 0 is the newest."""
    panel = chart.crop((0, PRICE_TOP, chart.width, PRICE_BOTTOM))
    inked = ImageChops.lighter(_inked(panel, UP), _inked(panel, DOWN))
    found = ((age, _reach(inked, NEWEST_X - age * PITCH)) for age in range(MOST_CANDLES))
    return {age: reach for age, reach in found if reach is not None}


def _reach(inked: Image.Image, x: int) -> Reach | None:
    column = inked.crop((x, 0, x + 1, inked.height)).tobytes()
    # A dash of a stop or target line has a candle's colour but is one row high.
    top, bottom = column.find(b"\xff\xff"), column.rfind(b"\xff\xff")
    return None if top < 0 else Reach(PRICE_TOP + top, PRICE_TOP + bottom + 1)


def _inked(picture: Image.Image, ink: tuple[int, int, int]) -> Image.Image:
    """255 where the picture has nearly this colour, 0 elsewhere."""
    distance = ImageChops.difference(picture, Image.new("RGB", picture.size, ink))
    red, green, blue = distance.split()
    total = ImageChops.add(ImageChops.add(red, green), blue)
    return total.point(lambda level: 255 if level < _CLOSE else 0)

"""The colours of a chart: ink on white that survives greyscale, JPEG and colour blindness."""

from functools import cache

from PIL import Image, ImageColor

PAPER = "#ffffff"
TEXT = "#1f2933"
MUTED = "#5b6673"
GRID = "#e6e9ee"
DAY_LINE = "#c3cad3"
FRAME = "#9aa5b1"
UP = "#0b6b3a"
DOWN = "#a61b1b"
UP_VOLUME = "#9ccdb3"
DOWN_VOLUME = "#dfa3a3"
EMA_FAST = "#1565c0"
EMA_SLOW = "#d97706"
RSI = "#5e35b1"
BAND = "#f3effa"
LAST = "#111827"
ENTRY = "#0f4c81"

_FLAT = (GRID, DAY_LINE, FRAME, UP_VOLUME, DOWN_VOLUME, BAND)
_RAMPED = (TEXT, MUTED, UP, DOWN, EMA_FAST, EMA_SLOW, RSI, LAST, ENTRY)
_STEPS = 8


@cache
def fixed_palette() -> Image.Image:
    """The palette every chart is reduced to: each ink in eight strengths on paper.

    Fixed, so that a colour means the same in every picture and the bytes do not depend on which
    colours happen to be frequent.
    """
    colours = [_rgb(PAPER), *map(_rgb, _FLAT)]
    colours += [_thinned(_rgb(ink), step) for ink in _RAMPED for step in range(1, _STEPS + 1)]
    image = Image.new("P", (1, 1))
    image.putpalette([channel for colour in colours for channel in colour])
    return image


def _rgb(colour: str) -> tuple[int, int, int]:
    red, green, blue = ImageColor.getrgb(colour)[:3]
    return red, green, blue


def _thinned(ink: tuple[int, int, int], step: int) -> tuple[int, int, int]:
    red, green, blue = (255 - (255 - channel) * step // _STEPS for channel in ink)
    return red, green, blue

"""Drawing on the picture: crisp straight lines and text, smooth curves."""

import math
from collections.abc import Sequence
from functools import cache
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

from adapters.chart.layout import HEIGHT, WIDTH, Panel
from adapters.chart.palette import PAPER, fixed_palette

_SMOOTHING = 3
"""Curves are drawn this many times larger and reduced, which makes their edges smooth."""


class Canvas:
    """One picture in the making. Coordinates are pixels from the upper left corner."""

    def __init__(self) -> None:
        self._image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
        self._draw = ImageDraw.Draw(self._image)

    def box(self, corners: tuple[int, int, int, int], *, fill: str, outline: str = "") -> None:
        """A rectangle (left, top, right, bottom), edges inside; the outline is one pixel wide."""
        self._draw.rectangle(corners, fill=fill, outline=outline or None)

    def frame(self, panel: Panel, colour: str) -> None:
        """The outline of a panel."""
        self._draw.rectangle(
            (panel.left, panel.top, panel.right, panel.bottom), outline=colour, width=1
        )

    def across(
        self, start: int, end: int, y: int, colour: str, dash: tuple[int, int] | None = None
    ) -> None:
        """A horizontal line, both ends inside; `dash` is (drawn, left out) in pixels."""
        drawn, left_out = dash or (end - start + 1, 1)
        for x in range(start, end + 1, drawn + left_out):
            self._draw.line((x, y, min(x + drawn - 1, end), y), fill=colour)

    def slant(self, start: tuple[int, int], end: tuple[int, int], colour: str) -> None:
        """A thin straight line between two places."""
        self._draw.line((*start, *end), fill=colour)

    def down(self, x: int, top: int, bottom: int, colour: str) -> None:
        """A vertical line."""
        self._draw.line((x, top, x, bottom), fill=colour)

    def curve(self, points: Sequence[tuple[float, float]], panel: Panel, colour: str) -> None:
        """A smooth line through `points`, cut at the edges of the panel."""
        if len(points) < 2:
            return
        # Only the rows the curve needs: the enlarged mask is the dearest part of a picture.
        top = max(panel.top, math.floor(min(y for _, y in points)) - 2)
        bottom = min(panel.bottom, math.ceil(max(y for _, y in points)) + 2)
        size = (panel.right - panel.left + 1, bottom - top + 1)
        mask = Image.new("L", (size[0] * _SMOOTHING, size[1] * _SMOOTHING))
        ImageDraw.Draw(mask).line(
            [
                ((x - panel.left + 0.5) * _SMOOTHING, (y - top + 0.5) * _SMOOTHING)
                for x, y in points
            ],
            fill=255,
            width=2 * _SMOOTHING - 1,
            joint="curve",
        )
        self._image.paste(colour, (panel.left, top), mask.reduce(_SMOOTHING))

    def arrow(self, x: int, y: int, *, up: bool, colour: str) -> None:
        """A small triangle that points up or down, centred at (x, y)."""
        tip, base = (y - 4, y + 3) if up else (y + 4, y - 3)
        self._draw.polygon([(x - 4, base), (x + 4, base), (x, tip)], fill=colour)

    def text(
        self, place: tuple[int, int], text: str, colour: str, *, size: int = 14, anchor: str = "lm"
    ) -> None:
        """Text at a place; `anchor` as Pillow names it (l, m, r and t, m, s)."""
        self._draw.text(place, text, fill=colour, font=font(size), anchor=anchor)

    def png(self) -> bytes:
        """The picture as a palette PNG without time stamps or names."""
        reduced = self._image.quantize(palette=fixed_palette(), dither=Image.Dither.NONE)
        stream = BytesIO()
        # Level 6 makes it a fifth smaller and takes more than twice as long.
        reduced.save(stream, "PNG", compress_level=3)
        return stream.getvalue()


@cache
def font(size: int) -> ImageFont.FreeTypeFont:
    """The font that comes inside Pillow (Aileron, CC0), so that every machine draws the same.

    The basic layout engine is named because the other one is used only where it is installed.
    """
    loaded = ImageFont.load_default(size)
    if not isinstance(loaded, ImageFont.FreeTypeFont):
        message = "this Pillow has no FreeType; install a wheel of Pillow from the lock file"
        raise TypeError(message)
    return loaded.font_variant(layout_engine=ImageFont.Layout.BASIC)


def text_width(text: str, size: int) -> int:
    """Width of a text in whole pixels, rounded up."""
    return math.ceil(font(size).getlength(text))

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

_STRETCH = 10
"""So many points of a curve are drawn at once."""


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
        if dash is None:
            self._draw.line((start, y, end, y), fill=colour)
            return
        self._image.paste(colour, (start, y), _dashes(end - start + 1, *dash))

    def slant(self, start: tuple[int, int], end: tuple[int, int], colour: str) -> None:
        """A thin straight line between two places."""
        self._draw.line((*start, *end), fill=colour)

    def down(self, x: int, top: int, bottom: int, colour: str) -> None:
        """A vertical line."""
        self._draw.line((x, top, x, bottom), fill=colour)

    def curve(self, points: Sequence[tuple[float, float]], panel: Panel, colour: str) -> None:
        """A smooth line through `points`, left to right, cut at the edges of the panel.

        It is drawn in stretches: the enlarged mask is the dearest part of a picture, and that of a
        stretch is low.
        """
        for first in range(0, len(points) - 1, _STRETCH):
            last = min(first + _STRETCH, len(points) - 1)
            # With its neighbours, or the joints at its ends would be missing.
            drawn = points[max(0, first - 2) : last + 3]
            start = math.floor(points[first][0]) if first > 0 else panel.left
            end = math.floor(points[last][0]) - 1 if last < len(points) - 1 else panel.right
            self._stretch(drawn, panel, (start, end), colour)

    def _stretch(
        self,
        points: Sequence[tuple[float, float]],
        panel: Panel,
        columns: tuple[int, int],
        colour: str,
    ) -> None:
        """The part of a line that lies in `columns`, both inside."""
        left, right = _span([x for x, _ in points], panel.left, panel.right)
        top, bottom = _span([y for _, y in points], panel.top, panel.bottom)
        size = (right - left + 1) * _SMOOTHING, (bottom - top + 1) * _SMOOTHING
        mask = Image.new("L", size)
        ImageDraw.Draw(mask).line(
            [((x - left + 0.5) * _SMOOTHING, (y - top + 0.5) * _SMOOTHING) for x, y in points],
            fill=255,
            width=2 * _SMOOTHING - 1,
            joint="curve",
        )
        start, end = max(columns[0], left), min(columns[1], right)
        own = mask.reduce(_SMOOTHING).crop((start - left, 0, end - left + 1, bottom - top + 1))
        self._image.paste(colour, (start, top), own)

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


@cache
def _dashes(length: int, drawn: int, left_out: int) -> Image.Image:
    """A mask one pixel high: so many pixels drawn, then so many left out."""
    dash = b"\xff" * drawn + b"\x00" * left_out
    return Image.frombytes("L", (length, 1), (dash * (length // len(dash) + 1))[:length])


def _span(places: Sequence[float], first: int, last: int) -> tuple[int, int]:
    """The pixels that a line through `places` needs of those from `first` to `last`."""
    return (
        max(first, math.floor(min(places)) - 2),
        min(last, math.ceil(max(places)) + 2),
    )


def text_width(text: str, size: int) -> int:
    """Width of a text in whole pixels, rounded up."""
    return math.ceil(font(size).getlength(text))

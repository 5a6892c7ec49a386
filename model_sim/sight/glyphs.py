"""The shapes of characters in the font inside Pillow, with which charts are drawn."""

from dataclasses import dataclass
from functools import cache

from PIL import Image, ImageDraw, ImageFont

DARK = 128
"""Ink above this is a character's; below it is paper, a smudge or a thin edge."""

_SMALLEST, _LARGEST = 8, 48


@dataclass(frozen=True, slots=True)
class Glyph:
    """One character in ink of 0 to 255.

    `image` is as wide as the way to the next character, `bearing` the columns at its left without
    dark ink, `ink` the sum of all its ink.
    """

    character: str
    image: Image.Image
    bearing: int
    ink: int

    @property
    def advance(self) -> int:
        """Columns to the next character."""
        return self.image.width


@cache
def glyphs(alphabet: str, size: int) -> tuple[Glyph, ...]:
    """The glyphs of an alphabet of capitals and digits, without empty rows above and below."""
    return tuple(_glyph(character, size) for character in alphabet)


@cache
def sizes_of(height: int) -> tuple[int, ...]:
    """Font sizes whose capitals are so many pixels high, or one more or less."""
    return tuple(
        size for size in range(_SMALLEST, _LARGEST + 1) if abs(_cap_height(size) - height) <= 1
    )


def _glyph(character: str, size: int) -> Glyph:
    top, height = -_cap_height(size), _cap_height(size)
    advance = round(_font(size).getlength(character))
    image = Image.new("L", (advance, height))
    ImageDraw.Draw(image).text((0, -top), character, fill=255, font=_font(size), anchor="ls")
    return Glyph(character, image, dark_box(image)[0], sum(image.tobytes()))


def dark_box(ink: Image.Image) -> tuple[int, int, int, int]:
    """Left, top, right and bottom around everything dark; all 0 where nothing is."""
    return ink.point(lambda level: 255 if level > DARK else 0).getbbox() or (0, 0, 0, 0)


@cache
def _cap_height(size: int) -> int:
    return -round(_font(size).getbbox("H", anchor="ls")[1])


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    loaded = ImageFont.load_default(size)
    if not isinstance(loaded, ImageFont.FreeTypeFont):
        message = "this Pillow has no FreeType; install a wheel of Pillow from the lock file"
        raise TypeError(message)
    return loaded.font_variant(layout_engine=ImageFont.Layout.BASIC)

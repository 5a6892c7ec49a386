"""Reads a short line of capitals and digits from pixels by laying known glyphs over them."""

from dataclasses import dataclass

from PIL import Image, ImageChops, ImageOps

from model_sim.sight.glyphs import DARK, Glyph, dark_box, glyphs, sizes_of

_WORST = 0.30
"""A glyph is recognised if at most this share of its ink differs from what is seen."""

_SURE = 0.1
"""A line that differs by so little is not looked at again with its edges moved."""

_KEPT = 3
"""How many readings of a beginning are followed further."""

_MOST_CHARACTERS = 12


@dataclass(frozen=True, slots=True)
class Reading:
    """Characters read so far, where the next would begin, and the worst mismatch among them.

    `lower` is how many rows the characters stand lower than the topmost dark row.
    """

    text: str
    pen: int
    lower: int = 0
    mismatch: float = 0.0


def read_line(picture: Image.Image, alphabet: str, size: int | None = None) -> str:
    """The only line of dark text on a light picture; "" where no known characters are.

    `size` is the font's size where it is known; otherwise it is told from the height.
    """
    ink = ImageOps.autocontrast(ImageOps.invert(picture.convert("L")))
    box = dark_box(ink)
    if not any(box) or not _is_text(picture):
        return ""
    line = ink.crop((0, box[1], ink.width, box[3]))
    sizes = sizes_of(line.height) if size is None else (size,)
    for slack in (0, 1):
        readings = [
            reading
            for one in sizes
            for reading in _readings(line, box, glyphs(alphabet, one), slack)
        ]
        best = min(readings, key=lambda reading: reading.mismatch, default=None)
        if best is not None and best.mismatch <= (_SURE, _WORST)[slack]:
            return best.text
    return ""


def _is_text(picture: Image.Image) -> bool:
    """Whether anything is clearly darker than the paper; stretching contrast would hide that."""
    extremes = picture.convert("L").getextrema()
    darkest, lightest = int(str(extremes[0])), int(str(extremes[1]))
    return lightest - darkest > DARK


def _readings(
    line: Image.Image, box: tuple[int, int, int, int], shapes: tuple[Glyph, ...], slack: int
) -> list[Reading]:
    """The readings that reach from the first dark column to the last.

    An edge that is darker or lighter than a glyph's own moves it by up to `slack` pixels.
    """
    left, right = box[0], box[2]
    moves = range(-slack, slack + 1)
    beginnings = [
        _step(Reading("", left - shape.bearing + shift, lower), shape, line)
        for shape in shapes
        for shift in moves
        for lower in moves
    ]
    open_ones, finished = _best(beginnings), list[Reading]()
    for _ in range(_MOST_CHARACTERS):  # a narrow glyph could go on for long on a wide smudge
        finished += [reading for reading in open_ones if reading.pen >= right - 1]
        unfinished = [reading for reading in open_ones if reading.pen < right - 1]
        open_ones = _best([_step(one, shape, line) for one in unfinished for shape in shapes])
    return finished


def _best(readings: list[Reading]) -> list[Reading]:
    good = [reading for reading in readings if reading.mismatch <= _WORST]
    return sorted(good, key=lambda reading: reading.mismatch)[:_KEPT]


def _step(so_far: Reading, shape: Glyph, line: Image.Image) -> Reading:
    end = so_far.pen + shape.advance
    seen = line.crop((so_far.pen, 0, end, line.height))
    meant = Image.new("L", seen.size)
    meant.paste(shape.image, (0, so_far.lower))
    differing = sum(ImageChops.difference(seen, meant).tobytes())
    mismatch = max(so_far.mismatch, differing / max(shape.ink, 1))
    return Reading(so_far.text + shape.character, end, so_far.lower, mismatch)

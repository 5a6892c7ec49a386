"""A drawing as values: paths on a square of 1000, and where its labels stand.

The square is stretched to whatever width the page has while lines keep their thickness and the
labels, which are text of the page, keep their size: one figure for a phone and a large screen.
"""

import math
from dataclasses import dataclass

import numpy as np

from trading.backtest.bars import Floats, Integers

SIDE = 1000
"""Units of the square's sides; y grows downwards."""


@dataclass(frozen=True, slots=True)
class Layer:
    """One path; `role` is the class that gives it colour, `title` what a pointer reads."""

    role: str
    path: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Tick:
    """A label beside the square, `place` in per cent from the left or the top."""

    place: float
    label: str


@dataclass(frozen=True, slots=True)
class Key:
    """What a colour means."""

    role: str
    label: str


@dataclass(frozen=True, slots=True)
class Plot:
    """A figure ready to be written; `height` in pixels, `name` is read to who cannot see it."""

    name: str
    height: int
    layers: tuple[Layer, ...]
    across: tuple[Tick, ...] = ()
    up: tuple[Tick, ...] = ()
    keys: tuple[Key, ...] = ()
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Scale:
    """Values of one axis to places on the square; a logarithmic one needs values above 0."""

    low: float
    high: float
    is_log: bool = False

    def across(self, values: Floats) -> Floats:
        """Places from the left, 0 to 1000."""
        low, high = self._mapped(self.low), self._mapped(self.high)
        mapped = np.log(values) if self.is_log else values
        places: Floats = SIDE * (mapped - low) / ((high - low) or 1.0)
        return places

    def down(self, values: Floats) -> Floats:
        """Places from the top, 0 to 1000: the highest value at 0."""
        places: Floats = SIDE - self.across(values)
        return places

    def _mapped(self, value: float) -> float:
        return math.log(value) if self.is_log else value


def spanning(*columns: Floats, is_log: bool = False, margin: float = 0.04) -> Scale:
    """A scale that shows every finite value of `columns` with a margin; 0 to 1 without any."""
    values = np.concatenate([column[np.isfinite(column)] for column in columns])
    if not len(values):
        return Scale(0.0, 1.0)
    low, high = float(values.min()), float(values.max())
    if is_log:
        room = (high / low) ** margin if high > low else 1.05
        return Scale(low / room, high * room, is_log=True)
    room = margin * (high - low) or 0.05 * abs(high) or 1.0
    return Scale(low - room, high + room)


def line(across: Floats, down: Floats) -> str:
    """A path through the points in their order."""
    points = zip(across.tolist(), down.tolist(), strict=True)
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) if len(across) else ""


def area(across: Floats, upper: Floats, lower: Floats) -> str:
    """A closed path between two lines."""
    if not len(across):
        return ""
    return line(np.append(across, across[::-1]), np.append(upper, lower[::-1])) + "Z"


def dots(across: Floats, down: Floats) -> str:
    """Strokes without length: round ends make them dots of one size at any stretch."""
    points = zip(across.tolist(), down.tolist(), strict=True)
    return "".join(f"M{x:.1f} {y:.1f}h0" for x, y in points)


def bar(left: float, right: float, top: float, bottom: float) -> str:
    """A rectangle."""
    return f"M{left:.1f} {bottom:.1f}V{top:.1f}H{right:.1f}V{bottom:.1f}Z"


def columns(edges: Floats, counts: Floats, scale: Scale, up: Scale) -> str:
    """Rectangles of a histogram between `edges`, empty bins left out."""
    sides, tops = scale.across(edges).tolist(), up.down(counts).tolist()
    return "".join(
        bar(sides[place] + 1, sides[place + 1] - 1, tops[place], SIDE)
        for place in np.flatnonzero(counts).tolist()
    )


def thinned(values: Floats, most: int = 800) -> Integers:
    """Indices that keep the shape of a line: lowest and highest of each of `most` / 2 parts."""
    if len(values) <= most:
        return np.arange(len(values))
    edges = np.linspace(0, len(values), most // 2 + 1).astype(np.int64)
    kept = {0, len(values) - 1}
    for start, stop in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        part = values[start:stop]
        kept |= {start + int(part.argmin()), start + int(part.argmax())}
    return np.array(sorted(kept))

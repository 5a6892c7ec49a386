"""Where things are on the picture, in pixels from its upper left corner.

Whoever reads the chart code back from the pixels needs `CODE_BOX`, `CODE_CENTRE`, `CODE_SIZE`
and the font `ImageFont.load_default(CODE_SIZE)` of Pillow (Aileron) with its basic layout. The
code is palette.TEXT (#1f2933) on palette.PAPER (#ffffff), in capital letters and digits.
"""

from dataclasses import dataclass

from trading.checks import require

# Multiples of 512 and 32 with a short side of 768: no vision model resamples it
# (analysis.md §3.2).
WIDTH, HEIGHT = 1536, 768

PITCH = 11
"""Pixels from one candle to the next."""

BODY = 7
"""Width of a candle's body."""


@dataclass(frozen=True, slots=True)
class Panel:
    """A rectangle of the picture; edges are inside."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def height(self) -> int:
        """Pixels between the edges."""
        return self.bottom - self.top


_LEFT, _RIGHT = 10, 1434
PRICE = Panel(_LEFT, 44, _RIGHT, 520)
VOLUME = Panel(_LEFT, 532, _RIGHT, 612)
RSI = Panel(_LEFT, 624, _RIGHT, 730)
LABELS_LEFT = _RIGHT + 7
TIME_LABELS_TOP = 738
NEWEST_X = 1326
"""Centre of the newest candle; the room to its right belongs to names."""
NAMES_LEFT = NEWEST_X + BODY

CODE_BOX = (_RIGHT, 6, WIDTH - 1, 38)
"""Left, top, right and bottom of the field of the chart code; edges inside.

The outermost pixels are its frame (palette.FRAME); all within is paper and code. Letters may
touch (K and W do with most), so white columns do not tell them apart.
"""
CODE_CENTRE = ((_RIGHT + WIDTH) // 2, 23)
"""Where the middle of the code stands (Pillow's anchor "mm")."""
CODE_SIZE = 22
"""Size of the font the code is written in."""


@dataclass(frozen=True, slots=True)
class Scale:
    """Maps values from `low` (bottom of a panel) to `high` (its top)."""

    panel: Panel
    low: float
    high: float

    def __post_init__(self) -> None:
        require(self.low < self.high, f"a scale from {self.low} to {self.high} has no height")

    def y(self, value: float) -> int:
        """The row of a value, rounded to a pixel."""
        return round(self.exact_y(value))

    def exact_y(self, value: float) -> float:
        """The row of a value, with its fraction of a pixel."""
        share = (value - self.low) / (self.high - self.low)
        return self.panel.bottom - share * self.panel.height

    def shows(self, value: float) -> bool:
        """Whether a value lies on the panel."""
        return self.low <= value <= self.high


def candle_x(index: int, count: int) -> int:
    """Centre column of candle `index` of `count`; the newest always stands at the same place."""
    return NEWEST_X - (count - 1 - index) * PITCH

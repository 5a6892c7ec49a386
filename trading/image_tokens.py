"""What a picture costs in input tokens, by the rule its model is billed by.

Two published rules (https://platform.openai.com/docs/guides/images-vision, as cited in
analysis.md §3.2). Which model follows which, and with which numbers, is data: it stands beside the
prices. Both are computed in whole numbers, so that no rounding decides about a token.
"""

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from fractions import Fraction
from math import ceil, isqrt
from typing import TypeAlias, assert_never

from trading.checks import require, require_positive

TILE_PIXELS = 512
LONGEST_SIDE_PIXELS = 2048
SHORTEST_SIDE_PIXELS = 768
PATCH_PIXELS = 32


@dataclass(frozen=True, slots=True)
class TileRule:
    """`base` tokens and `per_tile` more for each tile of 512 pixels.

    Before it is cut, the picture is shrunk into 2048 x 2048 and then until its short side is at
    most 768; it is never enlarged.
    """

    base: int
    per_tile: int

    def __post_init__(self) -> None:
        require(self.base >= 0, f"base is {self.base} tokens; 0 or more")
        require(self.per_tile > 0, f"per_tile is {self.per_tile} tokens; at least 1")


@dataclass(frozen=True, slots=True)
class PatchRule:
    """`multiplier` tokens for each patch of 32 pixels, rounded up once at the end.

    A picture of more than `budget` patches is shrunk until it has that many at most.
    """

    budget: int
    multiplier: Decimal = Decimal(1)

    def __post_init__(self) -> None:
        require(self.budget > 0, f"budget is {self.budget} patches; at least 1")
        require_positive("multiplier", self.multiplier)


ImageRule: TypeAlias = TileRule | PatchRule


def image_tokens(rule: ImageRule, width: int, height: int) -> int:
    """Input tokens of one picture of `width` x `height` pixels, sent with detail "high".

    Raises:
        InvariantError: a side without pixels.
    """
    require(width > 0 and height > 0, f"a picture of {width}x{height} pixels; at least 1x1")
    match rule:
        case TileRule():
            return rule.base + rule.per_tile * _tiles(width, height)
        case PatchRule():
            tokens = rule.multiplier * _patches(width, height, rule.budget)
            return int(tokens.to_integral_value(ROUND_CEILING))
        case _:  # pragma: no cover
            assert_never(rule)


def _tiles(width: int, height: int) -> int:
    into_square = min(Fraction(1), Fraction(LONGEST_SIDE_PIXELS, max(width, height)))
    short_side = min(width, height) * into_square
    scale = into_square * min(Fraction(1), SHORTEST_SIDE_PIXELS / short_side)
    return ceil(width * scale / TILE_PIXELS) * ceil(height * scale / TILE_PIXELS)


def _patches(width: int, height: int, budget: int) -> int:
    columns, rows = ceil(Fraction(width, PATCH_PIXELS)), ceil(Fraction(height, PATCH_PIXELS))
    if columns * rows <= budget:
        return columns * rows
    # Shrunk to the area of the budget, then a little more, until the tighter side is whole.
    columns, rows = isqrt(budget * width // height), isqrt(budget * height // width)
    if min(columns, rows) == 0:
        # Thinner than one patch: the published rule says nothing, so all of the budget is counted.
        return budget
    if columns * height <= rows * width:
        return columns * ceil(Fraction(columns * height, width))
    return rows * ceil(Fraction(rows * width, height))

"""Numbers on a grid of decimal steps, in both of their forms."""

from decimal import Decimal

import numpy as np

from exchange_sim.market.bars import FloatArray


def places(step: Decimal) -> int:
    """Decimal places of multiples of `step`: 2 for 0.01 and 0.010, 0 for 1 and 10."""
    exponent = step.normalize().as_tuple().exponent
    assert isinstance(exponent, int)
    return max(-exponent, 0)


def on_grid(numbers: FloatArray, step: Decimal) -> FloatArray:
    """The nearest multiples of `step`, as the floats nearest to those decimals, same shape."""
    size = float(step)
    return np.round(np.round(numbers / size) * size, places(step))


def rounded(number: float, decimal_places: int) -> Decimal:
    """`number` as a Decimal with at most `decimal_places` places."""
    return Decimal(repr(round(number, decimal_places)))


def decimals(numbers: FloatArray) -> list[Decimal]:
    """Each number as the shortest decimal that reads back as the same float."""
    return list(map(Decimal, map(repr, numbers.tolist())))

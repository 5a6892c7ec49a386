"""From conditions to signals, for rules that hold until their own exit speaks."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from trading.backtest.signals import Sides

Flags = NDArray[np.bool_]


@njit(cache=True, nogil=True)
def hold(enter: Sides, leave_long: Flags, leave_short: Flags) -> tuple[Sides, Flags]:
    """The sides and close flags of a rule that enters by `enter` and leaves by its own flags.

    A leave counts while the rule holds that side, by what it said before; a stop that ended the
    trade meanwhile makes it harmless. An entry wins over a leave at the same bar.
    """
    close = np.zeros(len(enter), np.bool_)
    held = 0
    for bar in range(len(enter)):
        if enter[bar] != 0:
            held = enter[bar]
        elif (held > 0 and leave_long[bar]) or (held < 0 and leave_short[bar]):
            close[bar] = True
            held = 0
    return enter, close


@njit(cache=True, nogil=True)
def crossings(fast: NDArray[np.float64], slow: NDArray[np.float64]) -> Sides:
    """1 where `fast` rises above `slow`, -1 where it falls below, else 0.

    Above at bar i: fast > slow there and fast <= slow at the bar before. NaN crosses nothing.
    """
    side = np.zeros(len(fast), np.int8)
    for bar in range(1, len(fast)):
        if fast[bar] > slow[bar] and fast[bar - 1] <= slow[bar - 1]:
            side[bar] = 1
        elif fast[bar] < slow[bar] and fast[bar - 1] >= slow[bar - 1]:
            side[bar] = -1
    return side

"""What a strategy wants, bar by bar: the only thing the engine hears of it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trading.backtest.bars import Floats
from trading.checks import require
from trading.errors import InvariantError

Sides = NDArray[np.int8]

_PRICES = ("stop", "target", "limit", "size", "atr_fraction", "swing")


@dataclass(frozen=True, slots=True, eq=False)
class Signals:
    """Wishes of one symbol; every array has shape (n_bars,) of its `BarSeries`, not to be changed.

    What stands at bar i is known at its close and acts at the open of the symbol's next bar.
    `side`: 1 enter long, -1 enter short, 0 nothing. `close`: leave what is held, before any
    entry. `stop`, `target` and `limit` are prices in USDT, NaN where `ExitRules` decide or a
    market order is meant. `size` replaces the number of `Sizing` for one entry, in its unit.
    `atr_fraction` (the average range over the price) and `swing` (a price) are asked only by the
    live desk's limits, NaN where unknown. Raises InvariantError for anything else.
    """

    symbol: str
    side: Sides
    close: NDArray[np.bool_] | None = None
    stop: Floats | None = None
    target: Floats | None = None
    limit: Floats | None = None
    size: Floats | None = None
    atr_fraction: Floats | None = None
    swing: Floats | None = None

    def __post_init__(self) -> None:
        self._require_sides()
        for name in ("close", *_PRICES):
            if (column := getattr(self, name)) is not None:
                self._require_column(name, column)
        for name in _PRICES:
            if (column := getattr(self, name)) is not None:
                self._require_numbers(name, column)
        for name in ("side", "close", *_PRICES):
            if (column := getattr(self, name)) is not None:
                # Two runs over the same signals must see the same signals.
                column.flags.writeable = False

    def __len__(self) -> int:
        return len(self.side)

    @staticmethod
    def none(symbol: str, n_bars: int) -> "Signals":
        """Nothing wanted on any of `n_bars` bars."""
        return Signals(symbol, np.zeros(n_bars, np.int8))

    def _require_sides(self) -> None:
        if not isinstance(self.side, np.ndarray) or self.side.dtype != np.int8:
            seen = getattr(self.side, "dtype", type(self.side).__name__)
            raise InvariantError(
                f"{self.symbol}: side is {seen}; it must be an int8 array of 1, -1 and 0"
            )
        require(self.side.ndim == 1, f"{self.symbol}: side has shape {self.side.shape}; (n_bars,)")
        # As unsigned, -1 is 255: two comparisons find everything else in one pass.
        wrong = np.flatnonzero((self.side > 1) | (self.side < -1))
        if len(wrong):
            raise InvariantError(
                f"{self.symbol}: side of bar {wrong[0]} is {self.side[wrong[0]]}; 1, -1 and 0 are "
                f"allowed ({len(wrong)} such bars)"
            )

    def _require_column(self, name: str, column: Floats | NDArray[np.bool_]) -> None:
        wanted = np.bool_ if name == "close" else np.float64
        if not isinstance(column, np.ndarray) or column.dtype != wanted:
            seen = getattr(column, "dtype", type(column).__name__)
            raise InvariantError(
                f"{self.symbol}: {name} is {seen}; it must be an array of {wanted.__name__}"
            )
        require(
            column.shape == self.side.shape,
            f"{self.symbol}: {name} has shape {column.shape}, side has {self.side.shape}; both "
            "have one entry per bar",
        )

    def _require_numbers(self, name: str, column: Floats) -> None:
        smallest = 0 if name == "atr_fraction" else np.nextafter(0, 1)
        wrong = np.flatnonzero((column < smallest) | np.isinf(column))
        if len(wrong):
            raise InvariantError(
                f"{self.symbol}: {name} of bar {wrong[0]} is {column[wrong[0]]}; a finite number "
                f"above 0, or NaN for none, is allowed ({len(wrong)} such bars)"
            )

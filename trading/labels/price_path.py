"""The prices and settlements of one symbol that labels walk along, gaps marked as such."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trading.backtest.bars import BarSeries, Floats, Integers
from trading.candle_columns import of_span
from trading.candle_series import Span
from trading.candles import Interval
from trading.errors import BadDataError
from trading.labels.path_columns import PathColumns, columns_of
from trading.labels.settlements import Settlements


@dataclass(frozen=True, slots=True, eq=False)
class PricePath:
    """One symbol as labels walk it; make it with `of`.

    `interval` is the resolution of every label made here. `halts` are the times without trading,
    without end for a delisted symbol. `close` has shape (n_slots,), NaN where there is no candle.
    """

    symbol: str
    interval: Interval
    columns: PathColumns
    close: Floats
    halts: tuple[Span, ...]

    @classmethod
    def of(
        cls,
        bars: BarSeries,
        *,
        settlements: Settlements,
        mark: BarSeries | None = None,
        halts: Sequence[Span] = (),
    ) -> "PricePath":
        """The path of last-price candles `bars`, with mark candles for those who need them.

        Candles inside a halt do not count. A settlement is paid on the mark price that opened its
        candle, on the last price where there is none.

        Raises:
            BadDataError: the mark candles are of another symbol or another interval.
        """
        _require_same(bars, mark)
        columns, close = columns_of(bars, mark, settlements, halts)
        return cls(bars.symbol, bars.interval, columns, close, tuple(halts))

    def __len__(self) -> int:
        return len(self.close)

    @property
    def missing(self) -> int:
        """How many candles lack between the first and the last."""
        return int(np.isnan(self.close).sum())

    def is_halted(self, at_ms: Integers) -> NDArray[np.bool_]:
        """Which of the moments lie in a halt; the array has their shape."""
        halted = np.zeros(len(at_ms), np.bool_)
        for halt in self.halts:
            halted |= of_span(at_ms, halt)
        return halted


def _require_same(bars: BarSeries, mark: BarSeries | None) -> None:
    if mark is None:
        return
    if (mark.symbol, mark.interval) != (bars.symbol, bars.interval):
        raise BadDataError(
            f"mark candles of {mark.symbol} {mark.interval} for {bars.symbol} {bars.interval}; "
            "give those of the same symbol and interval"
        )

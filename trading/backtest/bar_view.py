"""What a user's own rule sees at the close of a bar: the past, and what it holds."""

from collections.abc import Callable
from math import inf

from trading.backtest.bars import BarSeries, Floats
from trading.backtest.order import Order
from trading.checks import require

PAST_NAMES = ("open", "high", "low", "close", "volume")


class Bar:
    """The bar that has just closed; the same object for every bar, so keep numbers, not it.

    Prices in USDT. `index` counts the symbol's candles from 0. `position` is 1 long, -1 short, 0
    flat, with its `quantity` in the base coin and its `entry_price` (0 when flat), after all that
    happened in this bar.
    """

    __slots__ = (
        "_columns", "_equity", "ask", "close", "entry_price", "high", "index", "low", "lower",
        "open", "opened_ms", "place", "position", "quantity", "symbol", "upper",
    )  # fmt: skip

    def __init__(
        self,
        series: BarSeries,
        place: int,
        ask: "Callable[[Bar], Order | None]",
        equity: Callable[[], float],
    ) -> None:
        self.symbol, self.place, self.ask, self._equity = series.symbol, place, ask, equity
        self.index, self.opened_ms = -1, 0
        self.open = self.high = self.low = self.close = 0.0
        self.position, self.quantity, self.entry_price = 0, 0.0, 0.0
        self.lower, self.upper = -inf, inf
        self._columns = {name: _read_only(getattr(series, name)) for name in PAST_NAMES}

    @property
    def equity(self) -> float:
        """The account's worth in USDT at the close of this bar."""
        return self._equity()

    @property
    def volume(self) -> float:
        """What was traded in this bar, in the base coin."""
        return float(self._columns["volume"][self.index])

    def past(self, name: str, count: int) -> Floats:
        """The last `count` opens, highs, lows, closes or volumes, this bar's last.

        Read-only, oldest first, shape (count,); fewer where the bars before are fewer. Raises
        InvariantError for another name or a count below 1.
        """
        require(
            name in self._columns and count >= 1,
            f"past({name!r}, {count}); one of {', '.join(PAST_NAMES)} and a count from 1 on",
        )
        end = self.index + 1
        return self._columns[name][max(0, end - count) : end]

    def watch(self, lower: float, upper: float) -> None:
        """Remember the prices at which the kernel has to be asked."""
        self.lower, self.upper = lower, upper


def _read_only(column: Floats) -> Floats:
    """A copy-free view that refuses to be written to, as do its slices."""
    view = column.view()
    view.flags.writeable = False
    return view

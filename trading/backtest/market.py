"""The candles of all symbols on one time grid, with their funding, filters and finer candles."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final, NamedTuple, Protocol

import numpy as np

from trading.backtest.bars import BarSeries, Floats, Integers
from trading.backtest.number_checks import require_not_negative
from trading.backtest.records_in_memory import Records, layout
from trading.checks import require
from trading.errors import BadDataError
from trading.instruments import Instrument


@dataclass(frozen=True, slots=True)
class Filters:
    """What may be ordered; 0 switches a grid or a minimum off. USDT and base coin."""

    tick_size: float = 0.0
    quantity_step: float = 0.0
    minimum_quantity: float = 0.0
    maximum_quantity: float = float("inf")
    minimum_notional_usdt: float = 0.0
    maximum_leverage: float = 100.0

    def __post_init__(self) -> None:
        for name in ("tick_size", "quantity_step", "minimum_quantity", "minimum_notional_usdt"):
            require_not_negative(name, getattr(self, name))
        require(
            self.maximum_quantity > self.minimum_quantity and self.maximum_leverage >= 1,
            f"maximum_quantity is {self.maximum_quantity}, it must be above the minimum "
            f"{self.minimum_quantity}; maximum_leverage is {self.maximum_leverage}, at least 1",
        )

    @staticmethod
    def of(instrument: Instrument) -> "Filters":
        """Those of the exchange, for market orders."""
        return Filters(
            tick_size=float(instrument.tick_size),
            quantity_step=float(instrument.quantity_step),
            minimum_quantity=float(instrument.minimum_quantity),
            maximum_quantity=float(
                min(instrument.maximum_quantity, instrument.maximum_market_quantity)
            ),
            minimum_notional_usdt=float(instrument.minimum_notional_usdt),
            maximum_leverage=float(instrument.maximum_leverage),
        )


@dataclass(frozen=True, slots=True, eq=False)
class Funding:
    """Settlements of one symbol, ascending: at `at_ms` longs pay `rate` of the notional."""

    at_ms: Integers
    rate: Floats

    def __post_init__(self) -> None:
        if len(self.at_ms) != len(self.rate):
            raise BadDataError(f"{len(self.at_ms)} funding times but {len(self.rate)} rates")
        if (np.diff(self.at_ms) <= 0).any():
            raise BadDataError("funding times do not ascend; sort them and keep one of each")
        if not np.isfinite(self.rate).all():
            raise BadDataError("a funding rate is not a number; leave the settlement out")


PRICES: Final = ("open", "high", "low", "close")


class Candle(Protocol):
    """The prices of one candle, side by side in memory as the engine reads them."""

    open: float
    high: float
    low: float
    close: float


CANDLE: Final = layout(Candle)


class Grid(NamedTuple):
    """Prices of shape (n_bars, n_symbols), NaN where a symbol has no candle; opens of (n_bars,).

    The prices are views of `Market.candles`.
    """

    opened_ms: Integers
    open: Floats
    high: Floats
    low: Floats
    close: Floats


@dataclass(frozen=True, eq=False)
class Market:
    """Candles of one interval. The order of `series` is the order of symbols everywhere.

    `finer` candles decide what came first inside a bar, where they fill that bar completely.
    Raises BadDataError for a symbol that comes twice, mixed intervals or none at all.
    """

    series: tuple[BarSeries, ...]
    filters: Mapping[str, Filters] = field(default_factory=dict)
    funding: Mapping[str, Funding] = field(default_factory=dict)
    finer: Mapping[str, BarSeries] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.series or not all(len(one) for one in self.series):
            raise BadDataError("a market needs at least one symbol, and every symbol candles")
        if len(set(self.symbols)) < len(self.symbols):
            raise BadDataError(
                f"a symbol comes twice in {', '.join(self.symbols)}; give each once"
            )
        intervals = {one.interval for one in self.series}
        if len(intervals) > 1:
            raise BadDataError(
                f"candles of {', '.join(sorted(intervals))} in one market; one interval is "
                "traded, shorter ones go into `finer`"
            )
        self._require_finer()

    def __len__(self) -> int:
        return len(self.opened_ms)

    @property
    def symbols(self) -> tuple[str, ...]:
        """In the order in which entries of one bar are tried."""
        return tuple(one.symbol for one in self.series)

    @property
    def interval_ms(self) -> int:
        """Length of one candle in milliseconds."""
        return self.series[0].interval_ms

    @cached_property
    def opened_ms(self) -> Integers:
        """Open times (n_bars,) at which any symbol has a candle."""
        first = self.series[0].opened_ms
        if all(np.array_equal(first, one.opened_ms) for one in self.series[1:]):
            return first
        return np.unique(np.concatenate([one.opened_ms for one in self.series]))

    @cached_property
    def at_ms(self) -> Integers:
        """Close times of the grid's bars (n_bars,)."""
        return self.opened_ms + self.interval_ms

    @cached_property
    def places(self) -> tuple[Integers, ...]:
        """For each symbol the grid's index of each of its candles."""
        return tuple(
            np.arange(len(self))
            if len(one) == len(self)
            else np.searchsorted(self.opened_ms, one.opened_ms)
            for one in self.series
        )

    @cached_property
    def candles(self) -> Records:
        """All prices as `CANDLE` records of shape (n_bars, n_symbols), NaN where there is none."""
        candles = np.empty((len(self), len(self.series)), CANDLE)
        if any(len(one) < len(self) for one in self.series):
            candles.view(np.float64)[:] = np.nan
        for index, (one, places) in enumerate(zip(self.series, self.places, strict=True)):
            for name in PRICES:
                candles[name][places, index] = getattr(one, name)
        return candles

    @cached_property
    def grid(self) -> Grid:
        """All prices as columns; rows are moments."""
        return Grid(self.opened_ms, *(self.candles[name] for name in PRICES))

    def cut(self, end: int) -> "Market":
        """The first `end` bars of the grid; the rest has not happened."""
        until = int(self.opened_ms[end - 1])
        kept = (_until(one, until) for one in self.series)
        return Market(
            tuple(one for one in kept if len(one)), self.filters, self.funding, self.finer
        )

    def _require_finer(self) -> None:
        for symbol, finer in self.finer.items():
            if self.interval_ms % finer.interval_ms or finer.interval_ms == self.interval_ms:
                raise BadDataError(
                    f"{symbol}: candles of {finer.interval} do not divide those of "
                    f"{self.series[0].interval}; give shorter ones"
                )


def _until(series: BarSeries, last_ms: int) -> BarSeries:
    end = int(np.searchsorted(series.opened_ms, last_ms, side="right"))
    columns = {name: getattr(series, name)[:end] for name in (*PRICES, "volume")}
    return replace(series, opened_ms=series.opened_ms[:end], **columns)

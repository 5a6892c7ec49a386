"""The columns a record must have to be measured, whoever made it: a backtest or the live desk.

They are read by shape so that this package knows nothing of the engines that fill them.
"""

from collections.abc import Mapping
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

OPEN_AT_END = 0
"""The exit reason of a trade that was still open, valued at the last close."""


class TradeTable(Protocol):
    """Round trips in the order of their entries; every column has shape (n_trades,).

    USDT; times are UTC milliseconds. `net` is the gross result - `fees` + `funding`.
    """

    @property
    def symbol(self) -> NDArray[np.int16]:
        """Index into the symbols of the record."""

    @property
    def side(self) -> NDArray[np.int8]:
        """1 for long, -1 for short."""

    @property
    def entry_ms(self) -> Integers:
        """When the trade was entered."""

    @property
    def exit_ms(self) -> Integers:
        """When the last of it was left."""

    @property
    def quantity(self) -> Floats:
        """All of the entry, in the base coin."""

    @property
    def entry_price(self) -> Floats:
        """Volume-weighted price of the entry."""

    @property
    def exit_price(self) -> Floats:
        """Volume-weighted price of the exits, or the last close."""

    @property
    def fees(self) -> Floats:
        """Trading fees paid."""

    @property
    def funding(self) -> Floats:
        """Funding received; below 0 it was paid."""

    @property
    def net(self) -> Floats:
        """What the account gained."""

    @property
    def risk(self) -> Floats:
        """What the stop would have cost at entry; NaN without a stop."""

    @property
    def reason(self) -> NDArray[np.int8]:
        """Why it ended, as a number of the engine; 0 is `OPEN_AT_END`."""

    @property
    def is_ambiguous(self) -> NDArray[np.bool_]:
        """True if stop and target lay in one bar."""

    def __len__(self) -> int:
        """The number of trades."""


class AccountRecord(Protocol):
    """What an account was worth at the close of each bar, and the trades that made it so.

    Arrays have shape (n_bars,).
    """

    @property
    def symbols(self) -> tuple[str, ...]:
        """What was traded."""

    @property
    def interval_ms(self) -> int:
        """Length of a bar in milliseconds."""

    @property
    def initial_equity(self) -> float:
        """USDT before the first bar, above 0."""

    @property
    def at_ms(self) -> Integers:
        """Close times of the bars, UTC milliseconds, ascending."""

    @property
    def equity(self) -> Floats:
        """USDT at each close, open positions at that close."""

    @property
    def exposure(self) -> Floats:
        """Notional held at each close as a fraction of the equity."""

    @property
    def trades(self) -> TradeTable:
        """The round trips."""

    @property
    def refused(self) -> Mapping[str, int]:
        """How many entries each limit forbade, by its name."""

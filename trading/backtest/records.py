"""What a backtest leaves: its trades as columns and the account's equity after every bar."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from trading.backtest.bars import Floats, Integers


class ExitReason(IntEnum):
    """Why a trade ended; the numbers are stored."""

    OPEN_AT_END = 0
    SIGNAL = 1
    STOP = 2
    TARGET = 3
    TRAILING = 4
    BREAK_EVEN = 5
    TIME = 6
    LIQUIDATION = 7
    REVERSED = 8
    DAILY_LOSS = 9
    DRAWDOWN = 10


@dataclass(frozen=True, slots=True, eq=False)
class TradeColumns:
    """Round trips in the order of their entries; every array has shape (n_trades,).

    A trade that was left in parts is one row: `exit_price` is the volume-weighted average,
    `reason` that of its last part. What is open at the end is valued at the last close, without
    a fee, and says so. USDT: `gross` - `fees` + `funding` = `net` (funding above 0 was received).
    `risk` is what the stop would have cost at entry, costs included; NaN without a stop.
    `adverse` and `favourable` are the furthest the price went against and for the trade while it
    was held, as fractions of the entry price, both 0 or more. `is_ambiguous`: stop and target lay
    in one bar, so the order of the two is assumed.
    """

    symbol: NDArray[np.int16]  # index into `Backtest.symbols`
    side: NDArray[np.int8]  # 1 long, -1 short
    entry_bar: Integers  # index of the bar it was entered in
    exit_bar: Integers
    entry_ms: Integers  # UTC milliseconds: the open of the bar for what fills at it
    exit_ms: Integers
    quantity: Floats  # base coin, all of the entry
    entry_price: Floats
    exit_price: Floats
    gross: Floats
    fees: Floats
    funding: Floats
    net: Floats
    risk: Floats
    adverse: Floats
    favourable: Floats
    reason: NDArray[np.int8]  # ExitReason
    is_ambiguous: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.side)


@dataclass(frozen=True, slots=True, eq=False)
class Backtest:
    """One run. `at_ms` and `equity` have shape (n_bars,).

    `equity` is the account's worth in USDT at the close of each bar, open positions at that close;
    `exposure` the notional held then as a fraction of it; `refused` counts entries that a limit
    forbade, by the limit's name.
    """

    symbols: tuple[str, ...]
    interval_ms: int
    initial_equity: float
    at_ms: Integers  # close times of the bars
    equity: Floats
    exposure: Floats
    trades: TradeColumns
    refused: dict[str, int]

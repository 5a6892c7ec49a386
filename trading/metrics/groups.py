"""Where the money was made and lost: the trades by symbol, side, way out and time of entry."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import IntEnum, StrEnum

import numpy as np

from trading.metrics import trade_sums
from trading.metrics.columns import AccountRecord, Floats, Integers, TradeTable
from trading.metrics.figures import finite
from trading.metrics.trades import holding_hours, wilson

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_FIRST_WEEKDAY = 3  # 1 January 1970 was a Thursday


class Grouping(StrEnum):
    """What trades are grouped by; the times are those of the entry, UTC."""

    SYMBOL = "symbol"
    SIDE = "side"
    EXIT_REASON = "exit reason"
    MONTH = "month"
    WEEKDAY = "weekday"
    HOUR = "hour"


@dataclass(frozen=True, slots=True)
class GroupRow:
    """The trades of one group; fractions of 1, USDT and R net of costs.

    `win_rate_low` and `win_rate_high` are Wilson's 95 % interval. `expectancy_r` is None if no
    trade had a planned risk, `profit_factor` if none lost.
    """

    key: str
    count: int
    win_rate: float
    win_rate_low: float
    win_rate_high: float
    net_usdt: float
    expectancy_usdt: float
    expectancy_r: float | None
    profit_factor: float | None
    mean_hours: float


def group_trades(
    record: AccountRecord, by: Grouping, *, reasons: type[IntEnum]
) -> tuple[GroupRow, ...]:
    """One row for each group that has trades, in the natural order of the groups.

    `reasons` names the numbers of the column `reason`. The rows' `net_usdt` sum to the whole.
    """
    codes = _CODES[by](record.trades)
    return tuple(_rows(record, by, codes, reasons))


def _rows(
    record: AccountRecord, by: Grouping, codes: Integers, reasons: type[IntEnum]
) -> Iterator[GroupRow]:
    names, group = np.unique(codes, return_inverse=True)
    terms = trade_sums.each(record.trades)
    hours = holding_hours(record.trades)
    for number, code in enumerate(names):
        members = group == number
        name = _name(int(code), by, record.symbols, reasons)
        yield _row(name, terms[members].sum(axis=0), hours[members])


def _row(key: str, table: Floats, hours: Floats) -> GroupRow:
    sums = trade_sums.sums_of(table)
    count, wins = int(sums.count), int(sums.wins)
    likely = wilson(wins, count)
    return GroupRow(
        key=key,
        count=count,
        win_rate=wins / count,
        win_rate_low=likely.low,
        win_rate_high=likely.high,
        net_usdt=float(sums.net),
        expectancy_usdt=float(sums.net) / count,
        expectancy_r=finite(float(trade_sums.expectancy_r(sums))),
        profit_factor=finite(float(trade_sums.profit_factor(sums))),
        mean_hours=float(hours.mean()),
    )


def _name(code: int, by: Grouping, symbols: tuple[str, ...], reasons: type[IntEnum]) -> str:
    match by:
        case Grouping.SYMBOL:
            return symbols[code]
        case Grouping.SIDE:
            return "long" if code < 0 else "short"
        case Grouping.EXIT_REASON:
            return reasons(code).name.lower().replace("_", " ")
        case Grouping.MONTH:
            return str(np.datetime64(code, "M"))
        case Grouping.WEEKDAY:
            return _WEEKDAYS[code]
        case Grouping.HOUR:
            return f"{code:02d}:00"


def _entered(trades: TradeTable, unit: str) -> Integers:
    """Number of the unit of time (numpy's letter) since 1970 that each entry fell in."""
    moments = trades.entry_ms.astype("datetime64[ms]")
    return moments.astype(f"datetime64[{unit}]").astype(np.int64)


_CODES: dict[Grouping, Callable[[TradeTable], Integers]] = {
    Grouping.SYMBOL: lambda trades: trades.symbol.astype(np.int64),
    Grouping.SIDE: lambda trades: -trades.side.astype(np.int64),  # long comes before short
    Grouping.EXIT_REASON: lambda trades: trades.reason.astype(np.int64),
    Grouping.MONTH: lambda trades: _entered(trades, "M"),
    Grouping.WEEKDAY: lambda trades: (_entered(trades, "D") + _FIRST_WEEKDAY) % 7,
    Grouping.HOUR: lambda trades: _entered(trades, "h") % 24,
}

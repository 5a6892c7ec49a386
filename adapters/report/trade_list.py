"""The first and the last trades as rows of texts."""

from dataclasses import dataclass

from adapters.report.numbers import amount, moment, price, signed, usdt
from adapters.report.tables import Cells
from adapters.report.wording import reason_words
from trading.backtest.records import ExitReason
from trading.backtest.report import Report
from trading.metrics.figures import Unit, finite
from trading.metrics.trade_sums import r_multiples

SHOWN_AT_EACH_END = 200

TRADE_HEADS = (
    "Number", "Symbol", "Side", "Entry", "Price", "Exit", "Price", "Quantity", "Net", "In R",
    "Exit reason",
)  # fmt: skip

_TIMES = "Times are UTC. *: stop and target lay in one candle, their order is assumed."


@dataclass(frozen=True, slots=True)
class TradeList:
    """Rows under `TRADE_HEADS`; `note` says which trades they are."""

    rows: tuple[Cells, ...]
    note: str


def trade_list(report: Report) -> TradeList:
    """All trades where they are few, else the first and last 200."""
    count = len(report.ran.backtest.trades)
    if count <= 2 * SHOWN_AT_EACH_END:
        return TradeList(_rows(report, range(count)), f"All {count:,} trades. {_TIMES}")
    shown = [*range(SHOWN_AT_EACH_END), *range(count - SHOWN_AT_EACH_END, count)]
    note = (
        f"The first and last {SHOWN_AT_EACH_END} of {count:,} trades; the Parquet file has them "
        f"all. {_TIMES}"
    )
    return TradeList(_rows(report, shown), note)


def _rows(report: Report, numbers: range | list[int]) -> tuple[Cells, ...]:
    in_r = r_multiples(report.ran.backtest.trades)
    return tuple(_row(report, number, float(in_r[number])) for number in numbers)


def _row(report: Report, number: int, in_r: float) -> Cells:
    backtest = report.ran.backtest
    trades = backtest.trades
    reason = ExitReason(int(trades.reason[number])).name.lower()
    return (
        f"{number + 1:,}",
        backtest.symbols[int(trades.symbol[number])],
        "long" if trades.side[number] > 0 else "short",
        moment(int(trades.entry_ms[number])),
        price(float(trades.entry_price[number])),
        moment(int(trades.exit_ms[number])),
        price(float(trades.exit_price[number])),
        f"{trades.quantity[number]:,.6g}",
        signed(usdt(float(trades.net[number]))),
        signed(amount(finite(in_r), Unit.R)),
        reason_words(reason) + ("*" if trades.is_ambiguous[number] else ""),
    )

"""Where the candles of a series lie in the table `candles`."""

from trading.candle_series import SeriesName, Span
from trading.candles import Interval

_MARK = ":MARK"
"""Follows the symbol in rows of mark prices; no symbol of the exchange has a colon."""

WHERE = (
    "environment = %(environment)s AND symbol = %(symbol)s AND interval = %(interval)s"
    " AND opened_at >= %(since)s::timestamptz AND opened_at < %(until)s::timestamptz"
)
"""The rows of a series and span, with the parameters of `series_parameters`."""


def symbol_column(name: SeriesName) -> str:
    """What the column `symbol` of the series' rows holds."""
    return f"{name.symbol}{_MARK}" if name.is_mark else name.symbol


def series_of(symbol_column: str, interval: str) -> SeriesName:
    """The series whose rows hold these columns."""
    symbol = symbol_column.removesuffix(_MARK)
    return SeriesName(symbol, Interval(interval), is_mark=symbol != symbol_column)


def series_parameters(environment: str, name: SeriesName, span: Span) -> dict[str, object]:
    """The parameters of `WHERE`."""
    columns = {"symbol": symbol_column(name), "interval": name.interval.value}
    return {"environment": environment, **columns, **_bounds(span)}


def funding_parameters(environment: str, symbol: str, span: Span) -> dict[str, object]:
    """The same for the funding rates of a symbol."""
    return {"environment": environment, "symbol": symbol, **_bounds(span)}


def _bounds(span: Span) -> dict[str, object]:
    """A bound that is not given is infinite."""
    return {
        "since": "-infinity" if span.since is None else span.since,
        "until": "infinity" if span.until is None else span.until,
    }

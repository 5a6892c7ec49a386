"""Stored candles and funding rates as arrays: a million rows in less than a second.

A row-by-row answer, COPY included, costs the client microseconds for each row. So the server packs
each column into one value of eight bytes a row. It may scan with several processes: then the rows
of all columns come in one and the same, unknown order, and are sorted here.
"""

import numpy as np
from sqlalchemy.orm import Session

from db.driver import POSTGRES_EPOCH_MS, driver_cursor
from db.series_keys import WHERE, funding_parameters, series_parameters
from trading.backtest.bars import Floats, Integers
from trading.candle_columns import CandleColumns
from trading.candle_series import SeriesName, Span

_PACKED_TIME = "string_agg(timestamptz_send({0}), ''::bytea)"
_PACKED_NUMBER = "string_agg(float8send({0}::float8), ''::bytea)"
_NUMBERS = ("open", "high", "low", "close", "volume")
_PACKED_CANDLES = ", ".join(
    [_PACKED_TIME.format("opened_at"), *map(_PACKED_NUMBER.format, _NUMBERS)]
)
_READ_CANDLES = f"SELECT {_PACKED_CANDLES} FROM candles WHERE {WHERE}"  # noqa: S608 -- constants

_READ_FUNDING = f"""
    SELECT {_PACKED_TIME.format("settled_at")}, {_PACKED_NUMBER.format("rate")}
    FROM funding_rates
    WHERE environment = %(environment)s AND symbol = %(symbol)s
      AND settled_at >= %(since)s::timestamptz AND settled_at < %(until)s::timestamptz
"""  # noqa: S608 -- constants

# A sum of 64-bit hashes over everything that each row says, in whatever order they come.
_FINGERPRINT = f"""
    SELECT count(*), coalesce(sum(hash_record_extended(
        (opened_at, open, high, low, close, volume), 0)), 0)::text
    FROM candles WHERE {WHERE}
"""  # noqa: S608 -- constants


def read_candles(
    session: Session, environment: str, name: SeriesName, span: Span
) -> CandleColumns:
    """The stored candles of a span, oldest first; prices as the nearest float64."""
    parameters = series_parameters(environment, name, span)
    opened_ms, numbers = _columns(session, _READ_CANDLES, parameters)
    return CandleColumns(opened_ms, *numbers)


def read_funding(
    session: Session, environment: str, symbol: str, span: Span
) -> tuple[Integers, Floats]:
    """Settlement times in milliseconds since 1970 and rates, oldest first; (n_rates,) each."""
    settled_ms, (rates,) = _columns(
        session, _READ_FUNDING, funding_parameters(environment, symbol, span)
    )
    return settled_ms, rates


def fingerprint(session: Session, environment: str, name: SeriesName, span: Span) -> str:
    """Words that change with every row of the span that comes, goes or changes a value."""
    with driver_cursor(session) as cursor:
        cursor.execute(_FINGERPRINT, series_parameters(environment, name, span))
        count, content = cursor.fetchone() or (0, "0")
    return f"{count} {content}"


def _columns(
    session: Session, statement: str, parameters: dict[str, object]
) -> tuple[Integers, list[Floats]]:
    """A column of times in milliseconds and columns of numbers, in the order of the times."""
    with driver_cursor(session, binary=True) as cursor:
        cursor.execute(statement, parameters)
        packed = cursor.fetchone() or ()
    times, *numbers = (column or b"" for column in packed)
    milliseconds = np.frombuffer(times, ">i8") // 1000 + POSTGRES_EPOCH_MS
    order = np.argsort(milliseconds, kind="stable")
    columns = [np.frombuffer(column, ">f8")[order].astype(np.float64) for column in numbers]
    return milliseconds[order].astype(np.int64), columns

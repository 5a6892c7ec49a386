"""Which columns of a table are which, and their contents as numbers.

Known are the words of this desk (`ts_ms`), of ccxt (`timestamp`), of freqtrade (`date`) and of
Binance (`open_time`, also without a header), each with `open, high, low, close, volume`.
"""

from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as arrow_compute
from numpy.typing import NDArray

from adapters.candle_files.tables import plain_name
from trading.backtest.bars import Floats, Integers
from trading.errors import BadDataError

TIME_NAMES: Final = (
    "ts_ms",
    "timestamp",
    "date",
    "datetime",
    "open_time",
    "opentime",
    "time",
    "start",
    "start_time",
    "settled_at",
    "fundingratetimestamp",
    "calc_time",
    "f0",
)
RATE_NAMES: Final = ("funding_rate", "fundingrate", "last_funding_rate", "rate", "open", "f1")
"""freqtrade keeps funding rates in the column `open`."""
PRICE_NAMES: Final = {
    "open": ("open", "o", "f1"),
    "high": ("high", "h", "f2"),
    "low": ("low", "l", "f3"),
    "close": ("close", "c", "f4"),
    "volume": ("volume", "v", "f5"),
}
NUMBERS: Final = frozenset(RATE_NAMES).union(*PRICE_NAMES.values())
"""Every name of a column that holds decimals."""

_EARLIEST_MS: Final = 631_152_000_000  # 1990-01-01: before it no exchange had candles
_LATEST_MS: Final = 4_102_444_800_000  # 2100-01-01
_UNITS: Final = (
    (10**11, 1000, 1),  # seconds
    (10**14, 1, 1),
    (10**17, 1, 1000),  # microseconds
    (2**63, 1, 1_000_000),  # nanoseconds
)
"""Counts below the first number become milliseconds by the other two."""


def find_column(table: pa.Table, names: tuple[str, ...], what: str) -> pa.ChunkedArray:
    """The column that bears one of the names, whatever its case.

    Raises:
        BadDataError: none does; the message lists those there are.
    """
    there = {plain_name(name): name for name in table.column_names}
    for name in names:
        if name in there:
            return table.column(there[name])
    raise BadDataError(
        f"no column for {what}: found {', '.join(table.column_names)}, allowed are "
        f"{', '.join(name for name in names if not name.startswith('f'))}; rename it"
    )


def milliseconds(column: pa.ChunkedArray) -> Integers:
    """Times as milliseconds since 1970 UTC.

    Numbers may count seconds, milliseconds, microseconds or nanoseconds, told by their size; times
    without a zone are UTC.

    Raises:
        BadDataError: a time is empty, no time at all, or not of 1990 to 2100.
    """
    if pa.types.is_temporal(column.type):
        column = column.cast(pa.timestamp("ms", tz=getattr(column.type, "tz", None)), safe=False)
    elif pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        column = _parsed(column)
    _refuse_empty(column, "time")
    if pa.types.is_temporal(column.type):
        return _sane(_numpy(column.cast(pa.int64())).astype(np.int64))
    counts = _counts(column)
    size = int(np.median(np.abs(counts))) if len(counts) else 0
    times, of = next(ratio for below, *ratio in _UNITS if size < below)
    return _sane(counts * times // of)


def numbers_of(column: pa.ChunkedArray, what: str) -> Floats:
    """A column as float64; an empty cell is NaN.

    Raises:
        BadDataError: it holds words, or float32, which cannot hold a price: 60000.1 would come
            back as 60000.1015625.
    """
    if pa.types.is_float32(column.type) or pa.types.is_float16(column.type):
        raise BadDataError(f"column {what} is of type {column.type}; store prices as float64")
    try:
        numbers = column.cast(pa.float64())
    except pa.ArrowException as error:
        first = str(error).splitlines()[0]
        raise BadDataError(f"column {what} is no column of numbers: {first}") from error
    if numbers.null_count:
        # Only then: to make Arrow's number out of ours imports pandas too.
        numbers = arrow_compute.fill_null(numbers, float("nan"))
    return _numpy(numbers).astype(np.float64)


def _counts(column: pa.ChunkedArray) -> Integers:
    """Times as the whole numbers that the column holds."""
    if pa.types.is_integer(column.type):
        return _numpy(column).astype(np.int64)
    numbers = numbers_of(column, "time")
    wrong = np.flatnonzero(~(np.abs(numbers) < 2.0**62))
    if len(wrong):
        raise BadDataError(f"row {wrong[0] + 1}: the time {numbers[wrong[0]]} is none")
    return np.rint(numbers).astype(np.int64)


def _numpy(column: pa.ChunkedArray) -> NDArray[Any]:
    """The cells of a column of numbers without empty cells."""
    # Not Arrow's own to_numpy: it imports pandas, a second of start-up that nothing here needs.
    return np.from_dlpack(column.combine_chunks())


def _parsed(column: pa.ChunkedArray) -> pa.ChunkedArray:
    for kind in (pa.timestamp("ms", tz="UTC"), pa.timestamp("ms")):
        try:
            return column.cast(kind)
        except pa.ArrowException:
            continue
    message = f"times such as {column[0]} are not understood; write them like 2024-01-01T00:00:00Z"
    raise BadDataError(message)


def _refuse_empty(column: pa.ChunkedArray, what: str) -> None:
    if not column.null_count:
        return
    row = int(np.flatnonzero(_numpy(column.is_null().cast(pa.int8())))[0]) + 1
    message = f"row {row}: the {what} is empty; delete the row or fetch it again"
    raise BadDataError(message)


def _sane(times: Integers) -> Integers:
    wrong = np.flatnonzero((times < _EARLIEST_MS) | (times >= _LATEST_MS))
    if len(wrong):
        message = (
            f"row {wrong[0] + 1}: its time is not of the years 1990 to 2099; give open times in "
            "seconds, milliseconds, microseconds or nanoseconds since 1970, or as dates"
        )
        raise BadDataError(message)
    return times

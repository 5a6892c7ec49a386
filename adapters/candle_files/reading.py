"""Candles and funding rates of one file."""

from pathlib import Path

import numpy as np

from adapters.candle_files.layouts import (
    NUMBERS,
    PRICE_NAMES,
    RATE_NAMES,
    TIME_NAMES,
    find_column,
    milliseconds,
    numbers_of,
)
from adapters.candle_files.tables import read_table
from trading.backtest.bars import Floats, Integers
from trading.candle_columns import CandleColumns
from trading.errors import BadDataError


def read_candles(path: Path, *, has_volume: bool = True) -> CandleColumns:
    """The candles of a file, oldest first where the file has them newest first; not judged.

    Without `has_volume` (mark prices) a column of volumes is not looked for and they are 0.

    Raises:
        BadDataError: the file cannot be read, or a column is missing or holds no numbers.
    """
    table = read_table(path, NUMBERS)
    try:
        opened = milliseconds(find_column(table, TIME_NAMES, "the open time"))
        columns = {
            name: numbers_of(find_column(table, names, name), name)
            for name, names in PRICE_NAMES.items()
            if has_volume or name != "volume"
        }
    except BadDataError as error:
        raise _named(path, error) from error
    silent = {} if has_volume else {"volume": np.zeros(len(opened))}
    return CandleColumns(opened_ms=opened, **columns, **silent).oldest_first()


def read_funding(path: Path) -> tuple[Integers, Floats]:
    """Settlement times in milliseconds since 1970 and rates, ascending; (n_rates,) each.

    Raises:
        BadDataError: the file cannot be read, or a time comes twice, or a rate is no fraction.
    """
    table = read_table(path, NUMBERS)
    try:
        settled = milliseconds(find_column(table, TIME_NAMES, "the settlement time"))
        rates = numbers_of(find_column(table, RATE_NAMES, "the rate"), "rate")
        _refuse(np.flatnonzero(~(np.abs(rates) < 1)), "its rate is no fraction between -1 and 1")
        order = np.argsort(settled, kind="stable")
        twice = order[1:][np.diff(settled[order]) == 0]
        _refuse(np.sort(twice), "its time comes twice; keep one of them")
    except BadDataError as error:
        raise _named(path, error) from error
    return settled[order], rates[order]


def _refuse(rows: np.ndarray[tuple[int], np.dtype[np.intp]], what: str) -> None:
    if len(rows):
        raise BadDataError(f"row {rows[0] + 1}: {what} ({len(rows)} such rows)")


def _named(path: Path, error: BadDataError) -> BadDataError:
    return BadDataError(f"{path.name}: {error}")

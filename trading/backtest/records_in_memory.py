"""Arrays of records: how a class of annotated numbers lies in memory, and how it is typed."""

from typing import Any, Protocol, TypeVar, cast, get_type_hints

import numpy as np
from numpy.typing import NDArray

from trading.backtest.bars import Floats
from trading.backtest.exit_rules import MOST_PARTIALS

Row_co = TypeVar("Row_co", covariant=True)

Records = NDArray[np.void]
"""An array of records as numpy sees it."""


class Rows(Protocol[Row_co]):
    """An array of records as compiled code sees it."""

    def __getitem__(self, place: int, /) -> Row_co:
        """The record at a place; writing to its fields changes the array."""
        ...


class RowsByTwo(Protocol[Row_co]):
    """The same with two places: bar and symbol."""

    def __getitem__(self, place: tuple[int, int], /) -> Row_co:
        """The record at a bar of a symbol."""
        ...


def columns_of(rows: Rows[object]) -> Records:
    """The same array as numpy sees it: columns by their names, slices."""
    return cast("Records", rows)


def layout(record: type) -> "np.dtype[np.void]":
    """The memory of one row of `record`: eight bytes a number, classes of numbers nested."""
    return np.dtype([(name, *_field(kind)) for name, kind in get_type_hints(record).items()])


def _field(kind: object) -> tuple[Any, ...]:
    if kind is float:
        return (np.float64,)
    if kind in (int, bool):
        return (np.int64,)
    if kind == Floats:
        return (np.float64, (MOST_PARTIALS,))
    return (layout(kind),) if isinstance(kind, type) else ()

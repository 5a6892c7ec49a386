"""Read one data file into columns and refuse it if it cannot be trusted."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as arrow_csv
import pyarrow.parquet as arrow_parquet

from exchange_sim.market.bars import Bars, FloatArray, IntArray
from exchange_sim.market.files import DataFile, Kind
from exchange_sim.market.findings import (
    Columns,
    Finding,
    Problem,
    UnusableFileError,
    order_problems,
    price_problems,
    rate_problems,
    time_problems,
    volume_problems,
)

_COLUMNS = {
    Kind.LAST: ("ts_ms", "open", "high", "low", "close", "volume"),
    Kind.MARK: ("ts_ms", "open", "high", "low", "close"),
    Kind.FUNDING: ("ts_ms", "funding_rate"),
}


def read(file: DataFile) -> Columns:
    """The columns of `file`, fit for use. Raises: UnusableFileError with the first problem."""
    columns = read_columns(file)
    for finding in problems(file, columns):
        raise UnusableFileError(finding)
    return columns


def read_bars(file: DataFile) -> Bars:
    """The candles of `file`; volume 0 for the mark price. Raises: UnusableFileError."""
    columns = read(file)
    silent = np.zeros(len(columns["ts_ms"]))
    return Bars(
        columns["ts_ms"].astype(np.int64),
        columns["open"].astype(np.float64),
        columns["high"].astype(np.float64),
        columns["low"].astype(np.float64),
        columns["close"].astype(np.float64),
        columns["volume"].astype(np.float64) if file.kind is Kind.LAST else silent,
    )


def read_columns(file: DataFile) -> Columns:
    """The columns of `file` as they are. Raises: UnusableFileError if it is not such a table."""
    table = _read_table(file.path)
    names = _COLUMNS[file.kind]
    _check_columns(file, table, names)
    return {name: _numbers(table.column(name)) for name in names}


def problems(file: DataFile, columns: Columns) -> Iterator[Finding]:
    """Everything wrong with the contents of `file`, worst for a replay first."""
    ts_ms = columns["ts_ms"].astype(np.int64)
    if file.kind is Kind.FUNDING:
        yield from order_problems(file.name, ts_ms)
        yield from rate_problems(file.name, columns)
        return
    yield from time_problems(file.name, ts_ms, file.interval_ms)
    yield from price_problems(file.name, columns)
    if file.kind is Kind.LAST:
        yield from volume_problems(file.name, columns)


def _read_table(path: Path) -> pa.Table:
    try:
        if path.suffix == ".csv":
            return arrow_csv.read_csv(path)
        with arrow_parquet.ParquetFile(path) as parquet:
            return parquet.read()
    except (pa.ArrowException, OSError) as error:
        message = (
            f"{path.name}: cannot be read ({error}); it is half-written or no "
            f"{path.suffix.removeprefix('.')} file, fetch it again"
        )
        raise UnusableFileError(Finding(path.name, Problem.UNREADABLE, message)) from error


def _numbers(column: pa.ChunkedArray) -> FloatArray | IntArray:
    if column.null_count:
        column = column.cast(pa.float64()).fill_null(float("nan"))
    # Not Arrow's own to_numpy: it imports pandas, a second of start-up that nothing here needs.
    numbers = np.from_dlpack(column.combine_chunks())
    if numbers.dtype.kind in "iu":
        return numbers.astype(np.int64)
    return numbers.astype(np.float64)


def _check_columns(file: DataFile, table: pa.Table, names: tuple[str, ...]) -> None:
    missing = [name for name in names if name not in table.column_names]
    if missing:
        complaint = (
            f"column(s) {', '.join(missing)} missing, found {', '.join(table.column_names)}"
        )
        raise _wrong_columns(file, complaint)
    if not table.num_rows:
        message = f"{file.name}: the file has no rows; delete it or fetch it again"
        raise UnusableFileError(Finding(file.name, Problem.EMPTY, message))
    for name in names:
        kind = table.schema.field(name).type
        # float32 cannot hold a price: 60000.1 would come back as 60000.1015625.
        fits = pa.types.is_integer(kind) or (name != "ts_ms" and pa.types.is_float64(kind))
        if not fits:
            raise _wrong_columns(file, f"column {name} is of type {kind}")
    if table.column("ts_ms").null_count:
        raise _wrong_columns(file, "column ts_ms has empty cells")


def _wrong_columns(file: DataFile, complaint: str) -> UnusableFileError:
    message = (
        f"{file.name}: {complaint}; {file.kind} need {', '.join(_COLUMNS[file.kind])}, "
        "ts_ms as whole UTC milliseconds and the rest as integers or float64"
    )
    return UnusableFileError(Finding(file.name, Problem.WRONG_COLUMNS, message))

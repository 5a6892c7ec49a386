"""Files as tables and back; the only place that knows their formats."""

from collections.abc import Collection, Mapping
from pathlib import Path
from tempfile import NamedTemporaryFile

import numpy as np
import pyarrow as pa
import pyarrow.csv as arrow_csv
import pyarrow.feather as arrow_feather
import pyarrow.parquet as arrow_parquet
from numpy.typing import NDArray

from adapters.candle_files.names import SUFFIXES
from trading.errors import BadDataError

Columns = Mapping[str, NDArray[np.int64] | NDArray[np.float64]]


def read_table(path: Path, numbers: Collection[str]) -> pa.Table:
    """The table in a file. A CSV file without a header gets column names from f0 on.

    `numbers` are the plain names of the columns that hold decimals: in a CSV file the first rows
    do not tell.

    Raises:
        BadDataError: there is no such file, its suffix is not known, or it is broken.
    """
    try:
        match path.suffix.lower():
            case ".csv":
                return _read_csv(path, numbers)
            case ".feather":
                return arrow_feather.read_table(path, memory_map=False)
            case ".parquet":
                with arrow_parquet.ParquetFile(path) as parquet:
                    return parquet.read()
    except (pa.ArrowException, OSError) as error:
        message = f"{path}: cannot be read ({error}); it is half-written or of another format"
        raise BadDataError(message) from error
    raise _unknown_suffix(path)


def plain_name(name: str) -> str:
    """The name of a column without capitals and blanks."""
    return name.strip().lower().replace(" ", "_")


def write_table(path: Path, columns: Columns) -> None:
    """Write columns of one length to a file in the format of its suffix.

    Whoever reads the file meanwhile sees the old one or the new one, never half of it.

    Raises:
        BadDataError: the suffix is not known.
        OSError: the folder is not there, or the disk is full.
    """
    table = pa.table(dict(columns))
    writers = {
        ".parquet": lambda file: arrow_parquet.write_table(table, file, compression="zstd"),
        ".feather": lambda file: arrow_feather.write_feather(table, file, compression="zstd"),
        ".csv": lambda file: arrow_csv.write_csv(table, file),
    }
    writer = writers.get(path.suffix.lower())
    if writer is None:
        raise _unknown_suffix(path)
    with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
        unfinished = Path(file.name)
        try:
            writer(file)
            file.flush()
            unfinished.replace(path)
        finally:
            unfinished.unlink(missing_ok=True)


def _read_csv(path: Path, numbers: Collection[str]) -> pa.Table:
    with arrow_csv.open_csv(path) as head:
        names = list(head.schema.names)
    # Names that are numbers are the first candle: there is no header.
    is_headless = all(_is_number(name) for name in names)
    if is_headless:
        names = [f"f{place}" for place in range(len(names))]
    kinds = {name: pa.float64() for name in names if plain_name(name) in numbers}
    # One thread, because several cannot say in which row they met nonsense.
    return arrow_csv.read_csv(
        path,
        arrow_csv.ReadOptions(use_threads=False, autogenerate_column_names=is_headless),
        convert_options=arrow_csv.ConvertOptions(column_types=kinds),
    )


def _is_number(word: str) -> bool:
    try:
        float(word)
    except ValueError:
        return False
    return True


def _unknown_suffix(path: Path) -> BadDataError:
    return BadDataError(f"{path}: its kind is not known; allowed are {', '.join(SUFFIXES)}")

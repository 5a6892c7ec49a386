"""`data import` and `data export`: candles and funding rates between files and the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from adapters.candle_files.names import FileKind, FileName, file_stem, parse_name
from adapters.candle_files.reading import read_candles, read_funding
from adapters.candle_files.writing import write_candles, write_funding
from tasks.candle_store.importing import Judged, judge_import, store_candles, store_funding
from tasks.candle_store.stored import StoredCandles
from trading.candle_series import SeriesName, Span
from trading.candles import Interval
from trading.errors import BadDataError, MisconfiguredError


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a file. `refused` says why nothing of it is stored, "" if it is fit.

    `new` is None when nothing was to be stored (--dry).
    """

    file: str
    contents: str
    rows: int
    new: int | None
    remarks: tuple[str, ...]
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """A file that was written, and how many rows it has."""

    file: str
    rows: int


@dataclass(frozen=True, slots=True)
class Meant:
    """What the owner says a file holds, where its name does not."""

    symbol: str | None
    interval: Interval | None

    def over(self, found: FileName) -> FileName:
        """The meaning of a name, the owner's words first."""
        return FileName(self.symbol or found.symbol, self.interval or found.interval, found.kind)


def import_file(store: StoredCandles | None, path: Path, meant: Meant, now: datetime) -> Imported:
    """Store what a file holds, or only judge it where there is no `store`."""
    name = meant.over(parse_name(path))
    try:
        if name.kind is FileKind.FUNDING:
            return _import_funding(store, path, name, now)
        return _import_candles(store, path, name, now)
    except BadDataError as error:
        return Imported(path.name, str(name.kind), 0, None, (), refused=str(error))


def export_all(
    source: StoredCandles, names: Sequence[SeriesName], span: Span, folder: Path, suffix: str
) -> list[Written]:
    """Write stored candles, and the funding rates of their symbols, to files of `folder`.

    Raises:
        BadDataError: of one series nothing is stored of that time.
        MisconfiguredError: a file cannot be written.
    """
    written: list[Written] = []
    try:
        for name in names:
            written.append(_export_series(source, name, span, folder, suffix))
            rates = _export_funding(source, name.symbol, span, folder, suffix)
            written += [] if rates is None else [rates]
    except OSError as error:
        message = (
            f"{folder}: cannot be written to ({error.strerror}); {len(written)} files were written"
        )
        raise MisconfiguredError(message) from error
    return written


def _export_series(
    source: StoredCandles, name: SeriesName, span: Span, folder: Path, suffix: str
) -> Written:
    read = source.mark if name.is_mark else source.series
    series = read(name.symbol, name.interval, since=span.since, until=span.until)
    kind = FileKind.MARK if name.is_mark else FileKind.LAST
    path = folder / f"{file_stem(name.symbol, kind, name.interval)}{suffix}"
    write_candles(path, series)
    return Written(str(path), len(series))


def _export_funding(
    source: StoredCandles, symbol: str, span: Span, folder: Path, suffix: str
) -> Written | None:
    settled_ms, rates = source.funding(symbol, since=span.since, until=span.until)
    if not len(rates):
        return None
    path = folder / f"{file_stem(symbol, FileKind.FUNDING, None)}{suffix}"
    write_funding(path, settled_ms, rates)
    return Written(str(path), len(rates))


def _import_candles(
    store: StoredCandles | None, path: Path, found: FileName, now: datetime
) -> Imported:
    name = _series_name(path, found)
    columns = read_candles(path, has_volume=not name.is_mark)
    judged = judge_import(name, columns, now=now)
    new = None if store is None else store_candles(store, judged)
    return Imported(path.name, str(name), len(judged.columns), new, _remarks(judged))


def _import_funding(
    store: StoredCandles | None, path: Path, found: FileName, now: datetime
) -> Imported:
    assert found.symbol is not None, "only a name that says a symbol says that it is funding"
    settled_ms, rates = read_funding(path)
    new = None if store is None else store_funding(store, found.symbol, settled_ms, rates, now=now)
    return Imported(path.name, f"{found.symbol} funding", len(rates), new, ())


def _series_name(path: Path, found: FileName) -> SeriesName:
    if found.symbol is None:
        raise _unnamed(path, "--symbol")
    if found.interval is None:
        raise _unnamed(path, "--timeframe")
    return SeriesName(found.symbol, found.interval, is_mark=found.kind is FileKind.MARK)


def _remarks(judged: Judged) -> tuple[str, ...]:
    cut = ("the last row was not closed yet and is left out",) if judged.is_cut else ()
    return *cut, *(finding.message for finding in judged.findings)


def _unnamed(path: Path, option: str) -> BadDataError:
    return BadDataError(
        f"{path.name}: its name does not say it; name it like BTCUSDT_15m.parquet or give {option}"
    )

"""A folder of candle files as a source of market data."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np

from adapters.candle_files.names import SUFFIXES, FileKind, FileName, parse_name
from adapters.candle_files.reading import read_candles, read_funding
from trading.backtest.bars import BarSeries, Floats, Integers
from trading.candle_columns import CandleColumns, moment_of, of_span
from trading.candle_series import Holding, SeriesName, Span
from trading.candles import Interval
from trading.errors import BadDataError, NoCandlesError


@dataclass(frozen=True, slots=True)
class FolderCandles:
    """Files named like BTCUSDT_15m.parquet, BTCUSDT_1h_mark.csv and BTCUSDT_funding.feather.

    `since` is inside and `until` outside; a bound that is not given is infinite.
    """

    folder: Path

    @property
    def name(self) -> str:
        """Where the candles come from, for people."""
        return f"folder {self.folder.name}"

    def series(
        self,
        symbol: str,
        interval: Interval,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> BarSeries:
        """Last-traded candles.

        Raises:
            BadDataError: there is no such file, none of its candles is of that time, or one is
                impossible.
        """
        return self._candles(SeriesName(symbol, interval), Span(since, until))

    def mark(
        self,
        symbol: str,
        interval: Interval,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> BarSeries:
        """Mark prices as candles without volume; raises like `series`."""
        return self._candles(SeriesName(symbol, interval, is_mark=True), Span(since, until))

    def funding(
        self, symbol: str, *, since: datetime | None = None, until: datetime | None = None
    ) -> tuple[Integers, Floats]:
        """Settlement times (ms) and rates, ascending; empty where the folder has none.

        Raises:
            BadDataError: the file cannot be read, or one of its rates is impossible.
        """
        path = self._only(
            path
            for path, found in self._files()
            if found.kind is FileKind.FUNDING and found.symbol == symbol
        )
        if path is None:
            return np.empty(0, np.int64), np.empty(0, np.float64)
        settled, rates = read_funding(path)
        inside = of_span(settled, Span(since, until))
        return settled[inside], rates[inside]

    def intervals(self, symbol: str) -> frozenset[Interval]:
        """Lengths of which one file holds last-traded candles; none is opened."""
        names = Counter(_series_name(found) for _, found in self._files())
        return frozenset(
            interval for interval in Interval if names[SeriesName(symbol, interval)] == 1
        )

    def holdings(self) -> list[Holding]:
        """What the candle files of the folder hold, by file name."""
        named = ((path, _series_name(found)) for path, found in self._files())
        holdings = (_holding(path, name) for path, name in named if name is not None)
        return [holding for holding in holdings if holding is not None]

    def _candles(self, name: SeriesName, span: Span) -> BarSeries:
        path = self._only(path for path, found in self._files() if _series_name(found) == name)
        if path is None:
            raise self._not_there(name)
        columns = _read(path, name)
        chosen = columns.of_span(span)
        if not len(chosen):
            message = f"{path.name}: no candle from {span}; {_extent(columns)}"
            raise NoCandlesError(message)
        return chosen.as_series(name)

    def _not_there(self, name: SeriesName) -> NoCandlesError:
        names = (_series_name(found) for _, found in self._files())
        there = ", ".join(str(found) for found in names if found is not None) or "nothing"
        return NoCandlesError(f"{self.folder}: no file holds {name}; the folder has {there}")

    def _files(self) -> Iterator[tuple[Path, FileName]]:
        if not self.folder.is_dir():
            message = f"{self.folder} is no folder; name one with files like BTCUSDT_15m.parquet"
            raise BadDataError(message)
        for path in sorted(self.folder.iterdir()):
            if path.suffix.lower() in SUFFIXES and not path.name.startswith("."):
                yield path, parse_name(path)

    def _only(self, paths: Iterator[Path]) -> Path | None:
        found = list(paths)
        if len(found) > 1:
            names = " and ".join(path.name for path in found)
            raise BadDataError(f"{self.folder}: {names} hold the same; keep one of them")
        return found[0] if found else None


def _series_name(found: FileName) -> SeriesName | None:
    if found.symbol is None or found.interval is None or found.kind is FileKind.FUNDING:
        return None
    return SeriesName(found.symbol, found.interval, is_mark=found.kind is FileKind.MARK)


def _read(path: Path, name: SeriesName) -> CandleColumns:
    return read_candles(path, has_volume=not name.is_mark)


def _holding(path: Path, name: SeriesName) -> Holding | None:
    opened = _read(path, name).opened_ms
    if not len(opened):
        return None
    return Holding(name, moment_of(int(opened.min())), moment_of(int(opened.max())), len(opened))


def _extent(columns: CandleColumns) -> str:
    if not len(columns):
        return "the file is empty"
    first, last = moment_of(int(columns.opened_ms[0])), moment_of(int(columns.opened_ms[-1]))
    return f"the file has {first.isoformat()} to {last.isoformat()}"

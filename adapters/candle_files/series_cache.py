"""Arrays that were read once, kept as Parquet files until what is stored changes."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from adapters.candle_files.reading import read_candles
from adapters.candle_files.writing import write_candles
from trading.backtest.bars import BarSeries
from trading.candle_series import SeriesName
from trading.errors import BadDataError

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SeriesCache:
    """A folder with one file for each series and span that was read; safe between processes.

    The file's name holds a hash of everything that must be equal, so no file is ever out of date:
    another one is asked for. It may be emptied at any time.
    """

    folder: Path

    def remember(
        self, name: SeriesName, place: str, content: str, read: Callable[[], BarSeries]
    ) -> BarSeries:
        """The series of a `place` with this `content`, by `read` if it is not kept yet.

        `place` says where it lies and which span it has, `content` changes with its rows. A disk
        that is full or a file that is broken costs a log line and the time to read again.
        """
        of_place = f"{str(name).replace(' ', '_')}.{_hash(place)}"
        path = self.folder / f"{of_place}.{_hash(content)}.parquet"
        kept = _kept(path, name)
        if kept is not None:
            return kept
        series = read()
        self._keep(path, series)
        self._forget_older(of_place, path)
        return series

    def _keep(self, path: Path, series: BarSeries) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            write_candles(path, series)
        except OSError as error:
            _logger.warning("candles are not cached: %s", error)

    def _forget_older(self, of_place: str, newest: Path) -> None:
        for path in self.folder.glob(f"{of_place}.*.parquet"):
            if path != newest:
                path.unlink(missing_ok=True)


def _kept(path: Path, name: SeriesName) -> BarSeries | None:
    if not path.exists():
        return None
    try:
        return read_candles(path).as_series(name)
    except BadDataError as error:
        _logger.warning("a broken file of the candle cache is deleted: %s", error)
        path.unlink(missing_ok=True)
        return None


def _hash(words: str) -> str:
    return sha256(words.encode()).hexdigest()[:24]

"""The files of a data folder: what their names mean and which of them drives a symbol."""

import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from exchange_sim.market.errors import MarketDataError
from exchange_sim.market.intervals import DAY_MS, HOUR_MS, MINUTE_MS

_LENGTHS_MS = {
    "1m": MINUTE_MS,
    "5m": 5 * MINUTE_MS,
    "15m": 15 * MINUTE_MS,
    "1h": HOUR_MS,
    "4h": 4 * HOUR_MS,
    "1d": DAY_MS,
}
# Longer candles say too little about the order of events to drive a market.
_LONGEST_DRIVING_MS = HOUR_MS
# A trailing note (BTCUSDT_15m_spot.parquet) is allowed; what follows the interval decides nothing.
_NAME = re.compile(
    r"(?P<symbol>[A-Z0-9]+USDT)_(?:(?P<funding>funding)|(?P<length>1m|5m|15m|1h|4h|1d))"
    r"(?P<mark>_mark)?(?:_(?P<note>\w+))?\.(?:parquet|csv)"
)


class Kind(StrEnum):
    """What a data file holds."""

    LAST = "candles"
    MARK = "mark-price candles"
    FUNDING = "funding rates"


@dataclass(frozen=True, slots=True)
class DataFile:
    """One file of a data folder by the meaning of its name; `interval_ms` is 0 for funding."""

    path: Path
    symbol: str
    kind: Kind
    interval_ms: int

    @property
    def name(self) -> str:
        """The file name, for messages."""
        return self.path.name


def parse_name(path: Path) -> DataFile | None:
    """What the name of `path` says; None if it is not SYMBOL_INTERVAL or SYMBOL_funding."""
    match = _NAME.fullmatch(path.name)
    if match is None or (match["funding"] and match["mark"]):
        return None
    if match["funding"]:
        return DataFile(path, match["symbol"], Kind.FUNDING, 0)
    kind = Kind.MARK if match["mark"] else Kind.LAST
    return DataFile(path, match["symbol"], kind, _LENGTHS_MS[match["length"]])


def table_paths(folder: Path) -> list[Path]:
    """The parquet and CSV files of `folder` by name.

    Raises: MarketDataError if it is not a folder or holds no such file.
    """
    if not folder.is_dir():
        message = f"data folder {folder} does not exist or is not a folder; give one with candles"
        raise MarketDataError(message)
    paths = sorted(path for path in folder.iterdir() if path.suffix in {".parquet", ".csv"})
    if not paths:
        message = (
            f"data folder {folder} holds no parquet or CSV file; put files named like "
            "BTCUSDT_15m.parquet into it"
        )
        raise MarketDataError(message)
    return paths


def list_files(folder: Path) -> list[DataFile]:
    """The data files of `folder` whose names have a meaning."""
    named = (parse_name(path) for path in table_paths(folder))
    return [file for file in named if file is not None]


def only(files: list[DataFile]) -> DataFile | None:
    """The single file of `files`, None if there is none. Raises: MarketDataError if several."""
    if len(files) > 1:
        names = " and ".join(file.name for file in files)
        first = files[0]
        message = f"{names} both hold {first.kind} of {first.symbol}; keep one of them"
        raise MarketDataError(message)
    return files[0] if files else None


def driving_file(files: list[DataFile], symbol: str) -> DataFile:
    """The candles of `symbol` with the shortest interval.

    Raises: MarketDataError names the symbols that are there instead.
    """
    usable = [file for file in files if _can_drive(file)]
    own = [file for file in usable if file.symbol == symbol]
    if not own:
        there = ", ".join(sorted({file.symbol for file in usable})) or "none"
        message = (
            f"no 1m, 5m, 15m or 1h candles of {symbol} in the data folder; "
            f"it has those of: {there}"
        )
        raise MarketDataError(message)
    shortest = min(file.interval_ms for file in own)
    chosen = only([file for file in own if file.interval_ms == shortest])
    assert chosen is not None
    return chosen


def driving_symbols(files: list[DataFile]) -> list[str]:
    """The symbols that have candles short enough to drive a market, sorted."""
    return sorted({file.symbol for file in files if _can_drive(file)})


def _can_drive(file: DataFile) -> bool:
    return file.kind is Kind.LAST and file.interval_ms <= _LONGEST_DRIVING_MS

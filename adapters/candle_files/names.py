"""What the name of a candle file says about its contents."""

import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from trading.candles import Interval

SUFFIXES: Final = (".parquet", ".feather", ".csv")
"""The kinds of files that are read and written."""

# BTCUSDT_15m, BTCUSDT_1h_mark, BTCUSDT_funding, each with a trailing note; BTCUSDT-1m-2024-01 of
# Binance; BTC_USDT_USDT-15m-futures and ...-8h-funding_rate of freqtrade.
_NAME: Final = re.compile(
    r"(?P<base>[A-Z0-9]+?)[_-]?USDT(?:[_-]USDT)?"
    r"(?:[_-](?P<interval>1m|5m|15m|1h|4h|8h|1d))?"
    r"(?:[_-](?P<kind>mark|funding_rate|funding|futures))?"
    r"(?:[_-]\w[\w-]*)?"
)


class FileKind(StrEnum):
    """What a file holds."""

    LAST = "candles"
    MARK = "mark-price candles"
    FUNDING = "funding rates"


@dataclass(frozen=True, slots=True)
class FileName:
    """The meaning of a name; what it does not say is None."""

    symbol: str | None
    interval: Interval | None
    kind: FileKind


def parse_name(path: Path) -> FileName:
    """What the name of `path` says; the words of this desk, of freqtrade and of Binance."""
    match = _NAME.fullmatch(path.stem)
    if match is None:
        return FileName(None, None, FileKind.LAST)
    kind = _kind(match["kind"])
    is_known = match["interval"] in set(Interval)
    interval = Interval(match["interval"]) if is_known and kind is not FileKind.FUNDING else None
    return FileName(f"{match['base']}USDT", interval, kind)


def file_stem(symbol: str, kind: FileKind, interval: Interval | None) -> str:
    """The name, without suffix, under which this desk keeps a file."""
    match kind:
        case FileKind.FUNDING:
            return f"{symbol}_funding"
        case FileKind.MARK:
            return f"{symbol}_{interval}_mark"
        case FileKind.LAST:
            return f"{symbol}_{interval}"


def _kind(word: str | None) -> FileKind:
    match word:
        case "mark":
            return FileKind.MARK
        case "funding" | "funding_rate":
            return FileKind.FUNDING
        case _:
            return FileKind.LAST

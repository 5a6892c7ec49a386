"""Candles and funding rates that somebody else fetched: judged, then stored."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from db.repositories import candle_batches, funding
from db.unit_of_work import unit_of_work
from tasks.candle_store.stored import StoredCandles
from trading.backtest.bars import Floats, Integers
from trading.candle_columns import CandleColumns, milliseconds_of, moment_of
from trading.candle_faults import IMPOSSIBLE, Fault, Finding, find_faults
from trading.candle_series import SeriesName
from trading.errors import BadDataError
from trading.market import FundingRate


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """Candles that may be stored, and what should be known about them.

    `is_cut`: the source ended with a candle that was not closed yet, which was left out.
    """

    name: SeriesName
    columns: CandleColumns
    findings: tuple[Finding, ...]
    is_cut: bool


def judge_import(name: SeriesName, columns: CandleColumns, *, now: datetime) -> Judged:
    """The candles to store, closed at `now`.

    Raises:
        BadDataError: there is none, or a row is impossible; the message says which one and what
            to do.
    """
    kept = _closed(name, columns, now)
    if not len(kept):
        raise BadDataError(f"{name}: there is no closed candle; nothing is stored")
    findings = find_faults(kept, name.interval, now=now, has_volume=not name.is_mark)
    for finding in findings:
        if finding.fault in IMPOSSIBLE:
            raise BadDataError(f"{name}: {finding.message}; nothing is stored")
    # Of a file that ends in the past nobody says that it is late.
    told = tuple(finding for finding in findings if finding.fault is not Fault.LATE)
    return Judged(name, kept, told, is_cut=len(kept) < len(columns))


def store_candles(store: StoredCandles, judged: Judged) -> int:
    """Store the candles that are not here yet, a batch at a time; how many were new."""
    new = 0
    for first in range(0, len(judged.columns), candle_batches.LARGEST_BATCH):
        batch = judged.columns.rows(slice(first, first + candle_batches.LARGEST_BATCH))
        with unit_of_work(store.sessions) as session:
            new += candle_batches.remember_columns(session, store.market, judged.name, batch)
    store.has_grown(new)
    return new


def store_funding(
    store: StoredCandles, symbol: str, settled_ms: Integers, rates: Floats, *, now: datetime
) -> int:
    """Store the rates that are not here yet; how many were new.

    Raises:
        BadDataError: a rate was settled after `now`; nothing is stored.
    """
    if len(settled_ms) and settled_ms[-1] > milliseconds_of(now):
        late = moment_of(int(settled_ms[-1])).isoformat()
        message = f"{symbol}: a rate of {late} is not settled at {now.isoformat()}; leave it out"
        raise BadDataError(message)
    values = [
        FundingRate(symbol, Decimal(repr(rate)), moment_of(at))
        for at, rate in zip(settled_ms.tolist(), rates.tolist(), strict=True)
    ]
    with unit_of_work(store.sessions) as session:
        return funding.remember(session, store.market, values)


def _closed(name: SeriesName, columns: CandleColumns, now: datetime) -> CandleColumns:
    """Without the last row, if that one alone is not closed: downloads end like that."""
    length_ms = name.interval.length.total_seconds() * 1000
    is_open = columns.opened_ms + length_ms > milliseconds_of(now)
    is_last_alone = bool(is_open[-1:].any()) and int(is_open.sum()) == 1
    return columns.rows(slice(None, -1)) if is_last_alone else columns

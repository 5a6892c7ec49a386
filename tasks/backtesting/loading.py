"""The market a question is about: candles, funding and filters, with a hash of what was read."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from tasks.backtesting.finding_finer import find_finer
from tasks.backtesting.questions import Question
from tasks.candle_store.source import CandleSource, data_hash
from trading.backtest.bars import BarSeries
from trading.backtest.market import Filters, Funding, Market
from trading.candle_columns import milliseconds_of
from trading.candle_series import Span
from trading.errors import BadDataError


@dataclass(frozen=True, slots=True, eq=False)
class Loaded:
    """A market and the SHA-256 over everything in it; `source` says where it is from."""

    market: Market
    data_hash: str
    source: str


def load(
    question: Question, source: CandleSource, filters: Mapping[str, Filters], *, now: datetime
) -> Loaded:
    """What the question asks for, as the source has it. Its arrays cannot be written to.

    Raises:
        BadDataError: candles are missing altogether, impossible, or close after `now`.
    """
    until = min(question.until, now)
    if until <= question.since:
        message = (
            f"the backtest would begin at {question.since.isoformat()}, which has not come yet; "
            f"it is {now:%Y-%m-%d %H:%M} UTC"
        )
        raise BadDataError(message)
    span = Span(question.since, until)
    series = tuple(
        source.series(symbol, question.interval, since=span.since, until=span.until)
        for symbol in question.symbols
    )
    finer = find_finer(question, source, span, series)
    for one in (*series, *finer.values()):
        _protect(one)
    market = Market(
        series,
        filters={symbol: filters[symbol] for symbol in question.symbols if symbol in filters},
        funding=_funding(question, source, span.since, until),
        finer=finer,
    )
    return Loaded(market, _hash(market), source.name)


def _funding(
    question: Question, source: CandleSource, since: datetime | None, until: datetime
) -> dict[str, Funding]:
    if not question.with_funding:
        return {}
    found = {symbol: _settled(source, symbol, since, until) for symbol in question.symbols}
    return {symbol: funding for symbol, funding in found.items() if len(funding.at_ms)}


def _settled(
    source: CandleSource, symbol: str, since: datetime | None, until: datetime
) -> Funding:
    """What was settled, and the settlement after the end: limits ask for the rate to come."""
    at_ms, rate = source.funding(symbol, since=since)
    end = int(np.searchsorted(at_ms, milliseconds_of(until), side="right")) + 1
    return Funding(at_ms[:end], rate[:end])


def _protect(series: BarSeries) -> None:
    """A rule that writes to candles shall fail at once instead of changing history."""
    for name in ("opened_ms", "open", "high", "low", "close", "volume"):
        getattr(series, name).flags.writeable = False


def _hash(market: Market) -> str:
    digest = hashlib.sha256(data_hash((*market.series, *market.finer.values())).encode())
    for symbol, events in sorted(market.funding.items()):
        digest.update(symbol.encode())
        for column in _columns(events):
            digest.update(np.ascontiguousarray(column).tobytes())
    for symbol, one in sorted(market.filters.items()):
        digest.update(f"{symbol} {one}".encode())
    return digest.hexdigest()


def _columns(events: Funding) -> Iterable[np.ndarray[tuple[int], np.dtype[np.generic]]]:
    return events.at_ms, events.rate

"""Where bitcoin went, and how closely a symbol follows it: most coins do, most of the time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from math import log
from statistics import correlation

from trading.candles import Candle, Interval

BITCOIN = "BTCUSDT"

_HOUR = timedelta(hours=1)
_WEEK = timedelta(days=7)
_FEWEST_RETURNS = 20
"""A week of daily candles says nothing about who follows whom."""


@dataclass(frozen=True, slots=True)
class BitcoinMoves:
    """Returns of bitcoin as fractions; `correlation_7d` of its bars' log returns, -1..1.

    None where the candles of the two markets do not cover the time.
    """

    return_1h: float | None
    return_4h: float | None
    return_24h: float | None
    correlation_7d: float | None


def bitcoin_moves(
    own: Sequence[Candle], bitcoin: Sequence[Candle], interval: Interval
) -> BitcoinMoves | None:
    """What bitcoin did up to the close of the last of `own`; None if that is not known at all.

    Candles of bitcoin that close later are not looked at.
    """
    last, known = own[-1].opened_at, _closes(bitcoin)
    if last not in known:
        return None
    return BitcoinMoves(
        return_1h=_return(known, last, _HOUR),
        return_4h=_return(known, last, 4 * _HOUR),
        return_24h=_return(known, last, 24 * _HOUR),
        correlation_7d=_correlation(_closes(own), known, _week_to(last, interval)),
    )


def _closes(candles: Sequence[Candle]) -> Mapping[datetime, float]:
    return {candle.opened_at: float(candle.close) for candle in candles}


def _return(closes: Mapping[datetime, float], last: datetime, over: timedelta) -> float | None:
    before = closes.get(last - over)
    return None if before is None else closes[last] / before - 1


def _week_to(last: datetime, interval: Interval) -> list[datetime]:
    """The opening times of the candles whose closes span seven days."""
    bars = _WEEK // interval.length
    return [last - age * interval.length for age in range(bars, -1, -1)]


def _correlation(
    own: Mapping[datetime, float], bitcoin: Mapping[datetime, float], week: Sequence[datetime]
) -> float | None:
    if len(week) <= _FEWEST_RETURNS or not all(time in own and time in bitcoin for time in week):
        return None
    first, second = (_log_returns([closes[time] for time in week]) for closes in (own, bitcoin))
    # A market that stands still, or drifts evenly, follows nobody.
    if len(set(first)) == 1 or len(set(second)) == 1:
        return None
    # Rounding can carry a perfect one a hair beyond 1.
    return min(max(correlation(first, second), -1.0), 1.0)


def _log_returns(closes: Sequence[float]) -> list[float]:
    return [log(after / before) for before, after in pairwise(closes)]

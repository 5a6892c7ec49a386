"""Small random markets with a decision on each, made to meet every rule of the labeller often.

Prices lie on a coarse grid, so that they touch levels exactly; candles jump, lack and hold stop
and target at once far more often than real ones.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final

import numpy as np

from trading.candles import Interval
from trading.labels.opportunities import LimitEntry, Margin, Opportunity, Proposal, Trigger
from trading.labels.plain_held import PlainCandle
from trading.positions import Direction

SYMBOL: Final = "BTCUSDT"
START: Final = datetime(2024, 1, 1, tzinfo=UTC)
ROOM: Final = timedelta(minutes=200)
"""From the start of one market to that of the next; the rest of it is a gap."""

_MINUTE: Final = timedelta(minutes=1)
_TICK: Final = Decimal("0.25")
_MEAN: Final = 400


@dataclass(frozen=True, slots=True)
class RandomMarket:
    """Minutes by their opens, one settlement or none, and a decision."""

    last: dict[datetime, PlainCandle]
    mark: dict[datetime, PlainCandle]
    funding: tuple[tuple[datetime, Decimal], ...]
    opportunity: Opportunity


def draw_markets(rng: np.random.Generator, count: int) -> Iterator[RandomMarket]:
    """`count` markets, one after another in time; the same generator draws the same."""
    for place in range(count):
        yield _draw_market(rng, START + place * ROOM)


def _draw_market(rng: np.random.Generator, start: datetime) -> RandomMarket:
    length = int(rng.integers(8, 190))
    last = _candles(rng, length, start)
    # Of the mark price a candle may lack as well.
    mark = _candles(rng, length, start) if rng.random() < 0.5 else dict(last)
    for series in (last, mark):
        if rng.random() < 0.1:
            series.pop(start + int(rng.integers(0, length)) * _MINUTE)
    settled = start + int(rng.integers(0, length)) * _MINUTE
    rate = Decimal(int(rng.integers(-8, 9))) / 1024
    return RandomMarket(last, mark, ((settled, rate),), _decide(rng, start, last))


def _candles(
    rng: np.random.Generator, length: int, start: datetime
) -> dict[datetime, PlainCandle]:
    """A walk in ticks whose candles open where the last closed, or a jump away from it."""
    # In a calm one most trades run for hours, in a wild one they end at once.
    wild = int(rng.integers(1, 7))
    moves = rng.integers(-wild, wild + 1, length)
    jumps = rng.integers(-2 * wild, 2 * wild + 1, length) * (rng.random(length) < 0.15)
    wicks = rng.integers(0, 4 * wild + 1, (2, length)) * (rng.random((2, length)) < 0.15)
    close = _MEAN + np.cumsum(moves + jumps)
    opened = close - moves
    high, low = np.maximum(opened, close) + wicks[0], np.minimum(opened, close) - wicks[1]
    columns = np.stack([opened, high, low, close], axis=1).tolist()
    return {
        start + minute * _MINUTE: PlainCandle(*(value * _TICK for value in row))
        for minute, row in enumerate(columns)
    }


def _decide(
    rng: np.random.Generator, start: datetime, last: dict[datetime, PlainCandle]
) -> Opportunity:
    closed_at = start + int(rng.integers(0, 4)) * _MINUTE
    # Judged near the price it would enter at, so that most do not fail by drift.
    entered = last.get(closed_at + 2 * _MINUTE)
    price = _MEAN * _TICK if entered is None else entered.open
    reference = price + int(rng.integers(-2, 3)) * _TICK
    return Opportunity(
        symbol=SYMBOL,
        interval=Interval.M1,
        closed_at=closed_at,
        decided_at=closed_at + timedelta(seconds=int(rng.integers(0, 180))),
        close=price + int(rng.integers(-2, 3)) * _TICK,
        reference_price=reference,
        atr=None if rng.random() < 0.03 else int(rng.integers(4, 20)) * _TICK,
        proposal=None if rng.random() < 0.1 else _propose(rng, reference),
        forecast_bars=int(rng.integers(1, 25)),
    )


def _propose(rng: np.random.Generator, reference: Decimal) -> Proposal:
    direction = Direction.LONG if rng.random() < 0.5 else Direction.SHORT
    away = int(rng.integers(1, 16)) * _TICK * direction.sign
    return Proposal(
        direction=direction,
        stop_loss=reference - away,
        take_profit=reference + int(rng.integers(1, 4)) * away,
        horizon_bars=int(rng.integers(1, 25) * rng.integers(1, 7)),
        limit=_rest(rng, reference, direction) if rng.random() < 0.4 else None,
        trigger=Trigger.MARK if rng.random() < 0.25 else Trigger.LAST,
        margin=_secure(rng) if rng.random() < 0.25 else None,
    )


def _rest(rng: np.random.Generator, reference: Decimal, direction: Direction) -> LimitEntry:
    price = reference - direction.sign * int(rng.integers(-2, 10)) * _TICK
    return LimitEntry(price, timedelta(seconds=int(rng.integers(30, 1_200))), _TICK)


def _secure(rng: np.random.Generator) -> Margin:
    return Margin(Decimal(int(rng.integers(5, 80))), Decimal("0.005"))

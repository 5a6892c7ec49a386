"""Public trades: one print at each moment of the path in which something traded."""

from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from uuid import UUID

import numpy as np

from exchange_sim.market.grid import decimals
from exchange_sim.market.path import Ticks
from exchange_sim.market.rows import Trade
from exchange_sim.market.synthetic_days import symbol_code

MAX_TRADES = 1000


class Direction(StrEnum):
    """Bybit's words for a price against the one before it."""

    RISE = "PlusTick"
    UNCHANGED_AFTER_RISE = "ZeroPlusTick"
    FALL = "MinusTick"
    UNCHANGED_AFTER_FALL = "ZeroMinusTick"

    def then(self, before: Decimal, price: Decimal) -> "Direction":
        """The direction of `price` after `before`, which had this direction."""
        if price > before:
            return Direction.RISE
        if price < before:
            return Direction.FALL
        return Direction.UNCHANGED_AFTER_RISE if self.is_up else Direction.UNCHANGED_AFTER_FALL

    @property
    def is_up(self) -> bool:
        """Whether the last change was a rise, so that the taker bought."""
        return self in {Direction.RISE, Direction.UNCHANGED_AFTER_RISE}


def trades_of(symbol: str, ticks: Ticks, size_decimals: int) -> list[Trade]:
    """The prints at all but the first of `ticks`, oldest first; the first gives the direction.

    A rise is bought, a fall is sold; an unchanged price keeps the side of the change before it
    (Buy if there was none). Id and sequence follow from symbol and time: the same on every run.
    """
    prices = decimals(ticks.last)
    sizes = decimals(np.round(ticks.volume, size_decimals))[1:]
    trades: list[Trade] = []
    direction = Direction.UNCHANGED_AFTER_RISE
    for ts_ms, before, price, size in zip(
        ticks.ts_ms[1:].tolist(), prices, prices[1:], sizes, strict=False
    ):
        direction = direction.then(before, price)
        if size:
            trades.append(_trade(symbol, ts_ms, price, size, direction))
    return trades


def last_direction(ticks: Ticks) -> Direction:
    """The direction of the last of `ticks`, oldest first, at least one."""
    direction = Direction.UNCHANGED_AFTER_RISE
    prices = decimals(ticks.last[-8:])
    for before, price in pairwise(prices):
        direction = direction.then(before, price)
    return direction


def _trade(symbol: str, ts_ms: int, price: Decimal, size: Decimal, direction: Direction) -> Trade:
    identity = UUID(int=symbol_code(symbol) << 96 | ts_ms, version=4)
    side = "Buy" if direction.is_up else "Sell"
    return Trade(ts_ms, symbol, str(identity), price, size, side, direction, ts_ms)

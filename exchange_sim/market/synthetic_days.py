"""The skeleton of a synthetic market: where each day starts and how nervous it is.

Days are numbered from the Unix epoch. All randomness of a day comes from a generator seeded with
(seed, symbol, day, purpose), so a day looks the same whatever was asked before it.
"""

import math
import zlib
from functools import lru_cache

import numpy as np

# The factor every symbol shares, under a code no symbol has, and its share in a symbol's moves.
MARKET = 0
CORRELATION = 0.6
# Pull of the daily log price towards the start price: half-life about 140 days, so that prices
# wander like prices and still neither vanish nor explode in an endless market.
_PULL = 0.995
# Day-to-day clustering of volatility: weights of the last days' shocks, and their size.
_MEMORY = tuple(0.8**age for age in range(10))
_NERVOUSNESS = 0.25
_KEPT_DAYS = 4096


def symbol_code(symbol: str) -> int:
    """A number for `symbol` that is never MARKET."""
    return zlib.crc32(symbol.encode()) or 1


@lru_cache(maxsize=_KEPT_DAYS)
def day_shocks(seed: int, code: int, day: int) -> tuple[float, float]:
    """Two standard normal numbers: the shock to the price and the shock to the volatility."""
    price, volatility = generator(seed, code, day, 0).standard_normal(2)
    return float(price), float(volatility)


def generator(seed: int, code: int, day: int, purpose: int) -> np.random.Generator:
    """The source of randomness of one day, symbol and purpose."""
    return np.random.default_rng((seed, code, day, purpose))


class Skeleton:
    """Daily log prices and volatilities of one symbol, at any day before or after the anchor."""

    def __init__(self, seed: int, symbol: str, anchor_day: int, daily_volatility: float) -> None:
        """Anchor the log price 0 at the start of `anchor_day`."""
        self._seed = seed
        self._code = symbol_code(symbol)
        self._anchor = anchor_day
        self._daily_volatility = daily_volatility
        self._after = [0.0]  # log prices at the start of anchor, anchor + 1, ...
        self._before = [0.0]  # log prices at the start of anchor, anchor - 1, ...

    def volatility(self, day: int) -> float:
        """Standard deviation of the log return over `day`."""
        shocks = (day_shocks(self._seed, MARKET, day - age)[1] for age in range(len(_MEMORY)))
        mood = sum(weight * shock for weight, shock in zip(_MEMORY, shocks, strict=True))
        return self._daily_volatility * math.exp(_NERVOUSNESS * mood)

    def log_price(self, day: int) -> float:
        """Log price at the start of `day`, relative to the anchor."""
        steps = day - self._anchor
        walked = self._after if steps >= 0 else self._before
        while len(walked) <= abs(steps):
            reached = len(walked) - 1
            # The shock of a day leads from its start to its end; walking back uses it reversed.
            moved = self._anchor + reached if steps >= 0 else self._anchor - reached - 1
            walked.append(_PULL * walked[-1] + self._move(moved) * (1 if steps >= 0 else -1))
        return walked[abs(steps)]

    def _move(self, day: int) -> float:
        shared = day_shocks(self._seed, MARKET, day)[0]
        own = day_shocks(self._seed, self._code, day)[0]
        mixed = math.sqrt(CORRELATION) * shared + math.sqrt(1 - CORRELATION) * own
        return self.volatility(day) * mixed

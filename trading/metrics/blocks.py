"""Blocks of days drawn again and again, so that days that hang together stay together.

Politis and Romano, "The Stationary Bootstrap", JASA 89, 1994: blocks of random, geometric length
that wrap around the end of the record.
"""

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from trading.checks import require
from trading.metrics.columns import Floats

LEAST_OBSERVATIONS = 8
_TINY = float(np.finfo(np.float64).tiny)
_LARGEST_TABLE = 2_000_000  # numbers held at once: memory must not grow with years and draws


def block_length(values: Floats) -> float:
    """Mean length of the blocks that suits the memory of `values`, shape (n,); 1 at least.

    Politis and White, Econometric Reviews 23, 2004, with the correction of Patton, Politis and
    White, 28, 2009. 1 for values all alike and for fewer than 8 of them.
    """
    count = len(values)
    away = values - values.mean() if count else values
    if count < LEAST_OBSERVATIONS or not np.any(np.abs(away) > 1e-12 * np.abs(values).max()):
        return 1.0
    kept = max(5, int(np.log10(count)))
    furthest = int(np.ceil(np.sqrt(count))) + kept
    covariance = np.array([_product(away, lag) for lag in range(furthest + 1)]) / count
    lag = np.arange(1, _memory(away, kept, furthest) + 1)
    # The flat-top kernel: full weight up to half of the memory, then down to none.
    weight = 2 * np.minimum(1.0, 2 * (1 - lag / len(lag))) * covariance[lag]
    long_run = float(covariance[0] + weight.sum())
    slope = float(np.sum(lag * weight))
    best = float(np.cbrt(count * slope**2 / max(long_run**2, _TINY)))
    return max(1.0, min(best, math.ceil(min(3 * math.sqrt(count), count / 3))))


def stationary_indices(
    count: int, *, block: float, draws: int, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Positions 0..count-1 in blocks of mean length `block`, shape (draws, count).

    Raises InvariantError for a count or number of draws below 1 or a block below 1.
    """
    require(count >= 1 and draws >= 1, f"{draws} draws of {count} values; one is the least")
    require(block >= 1, f"blocks of {block} values; one is the least")
    position = np.arange(count)
    starts = rng.integers(count, size=(draws, count))
    is_start = rng.random((draws, count)) < 1 / block
    is_start[:, 0] = True
    latest = np.maximum.accumulate(np.where(is_start, position, 0), axis=1)
    return (np.take_along_axis(starts, latest, axis=1) + position - latest) % count


def drawing(seed: int) -> np.random.Generator:
    """The source of draws that `seed`, 0 or more, always gives again."""
    require(seed >= 0, f"the seed is {seed}; it must be 0 or more")
    return np.random.default_rng(seed)


def in_batches(
    count: int, *, block: float, draws: int, rng: np.random.Generator
) -> Iterator[NDArray[np.int64]]:
    """The same positions in tables of at most two million numbers, `draws` rows altogether."""
    require(draws >= 1, f"{draws} draws; one is the least")
    rows = max(1, _LARGEST_TABLE // count)
    for begin in range(0, draws, rows):
        size = min(rows, draws - begin)
        yield stationary_indices(count, block=block, draws=size, rng=rng)


def _product(away: Floats, lag: int) -> float:
    return float(away[lag:] @ away[: len(away) - lag])


def _memory(away: Floats, kept: int, furthest: int) -> int:
    """Twice the first lag from which `kept` autocorrelations in a row are lost in noise."""
    count = len(away)
    band = 2 * np.sqrt(np.log10(count) / count)
    is_small = [abs(_autocorrelation(away, lag)) < band for lag in range(furthest)]
    for lag in range(furthest - kept + 1):
        if all(is_small[lag : lag + kept]):
            return min(2 * max(lag, 1), furthest)
    return furthest


def _autocorrelation(away: Floats, lag: int) -> float:
    """Of the days that have a day `lag` later, over the spreads one day further apart."""
    later, earlier = away[lag + 1 :], away[: len(away) - lag - 1]
    spread = float(np.sqrt((later @ later) * (earlier @ earlier)))
    return _product(away, lag) / spread if spread else 0.0

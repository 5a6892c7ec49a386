"""What the same days could have made of the account in another order."""

from dataclasses import dataclass

import numpy as np

from trading.checks import require
from trading.metrics.blocks import block_length, drawing, in_batches
from trading.metrics.columns import Floats, Integers
from trading.metrics.daily import DailyEquity
from trading.metrics.paths import Paths, deepest_fall, recorded_path

LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
LEAST_DAYS = 30

_MOST_POINTS = 200  # a drawn line needs no more


@dataclass(frozen=True, slots=True, eq=False)
class Fan:
    """Equity of the paths at some steps: `equity` has shape (n_levels, n_steps), USDT.

    `steps` are UTC day numbers since 1970, shape (n_steps,); each row of `equity` is the value
    that the share `levels` of the paths stayed below at that step.
    """

    steps: Integers
    levels: tuple[float, ...]
    equity: Floats


@dataclass(frozen=True, slots=True, eq=False)
class MonteCarlo:
    """The paths summed up; `final_equity` (USDT) and `max_drawdown` (fractions) by level.

    `ruin_probability` is the share of paths that touched `ruin_level` (USDT) at a bar's close.
    """

    fan: Fan
    final_equity: dict[float, float]
    max_drawdown: dict[float, float]
    ruin_level: float
    ruin_probability: float
    paths: int


@dataclass(frozen=True, slots=True, eq=False)
class _Batch:
    """Some paths: `equity` at the drawn steps (n_paths, n_steps), worst points (n_paths,)."""

    equity: Floats
    fall: Floats
    lowest: Floats


def simulate(
    daily: DailyEquity, *, seed: int, paths: int = 2000, ruin_fraction: float = 0.5
) -> MonteCarlo | None:
    """Accounts that met the recorded days again in random blocks, gains compounded.

    `ruin_fraction` (0..1) of the initial equity is ruin. None for fewer than 30 days or after a
    ruin in the record itself. Equal seeds give equal results.
    """
    _require_choices(paths, ruin_fraction)
    recorded = recorded_path(daily)
    if recorded is None or len(daily) < LEAST_DAYS:
        return None
    kept = _thinned(len(daily))
    block = block_length(recorded.returns[0])
    rng = drawing(seed)
    batches = [
        _lived(recorded.days(indices), kept)
        for indices in in_batches(len(daily), block=block, draws=paths, rng=rng)
    ]
    return _summed_up(
        batches,
        steps=daily.day[kept],
        initial_equity=daily.initial_equity,
        ruin_fraction=ruin_fraction,
    )


def _require_choices(paths: int, ruin_fraction: float) -> None:
    require(paths >= 1, f"{paths} paths; one is the least")
    require(
        0 <= ruin_fraction < 1,
        f"ruin at {ruin_fraction} of the initial equity; choose a fraction from 0 to below 1",
    )


def _lived(paths: Paths, kept: Integers) -> _Batch:
    growth: Floats = np.cumprod(1 + paths.returns, axis=1, dtype=np.float64)
    before = np.concatenate((np.ones((len(growth), 1)), growth[:, :-1]), axis=1)
    lowest = (before * paths.low).min(axis=1)
    return _Batch(growth[:, kept], deepest_fall(paths), lowest)


def _summed_up(
    batches: list[_Batch], *, steps: Integers, initial_equity: float, ruin_fraction: float
) -> MonteCarlo:
    equity = np.concatenate([batch.equity for batch in batches]) * initial_equity
    falls = np.concatenate([batch.fall for batch in batches])
    lowest = np.concatenate([batch.lowest for batch in batches])
    return MonteCarlo(
        fan=Fan(steps, LEVELS, np.asarray(np.quantile(equity, LEVELS, axis=0), float)),
        final_equity=_levels(equity[:, -1]),
        max_drawdown=_levels(falls),
        ruin_level=ruin_fraction * initial_equity,
        ruin_probability=float(np.mean(lowest <= ruin_fraction)),
        paths=len(equity),
    )


def _levels(values: Floats) -> dict[float, float]:
    quantiles = np.quantile(values, LEVELS)
    return {level: float(value) for level, value in zip(LEVELS, quantiles, strict=True)}


def _thinned(count: int) -> Integers:
    """At most 200 positions of 0..count-1, evenly spread, the last one among them."""
    return np.unique(np.linspace(0, count - 1, min(count, _MOST_POINTS)).round().astype(np.int64))

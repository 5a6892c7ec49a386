"""The mark price follows the last price and keeps the recorded hourly candles."""

from decimal import Decimal

import numpy as np
import pytest

from exchange_sim.market.bars import Bars
from exchange_sim.market.intervals import HOUR_MS, MINUTE_MS
from exchange_sim.market.marks import mark_path
from exchange_sim.market.path import price_path

TICK = Decimal("0.01")


def driving(count: int, interval_ms: int, start_ms: int = 0) -> Bars:
    rng = np.random.default_rng(3)
    closes = 10_000 + np.cumsum(rng.integers(-20, 21, count))
    opens = np.r_[10_000, closes[:-1]]
    high, low = np.maximum(opens, closes) + 7, np.minimum(opens, closes) - 9
    starts = start_ms + np.arange(count) * interval_ms
    return Bars(starts, opens / 100, high / 100, low / 100, closes / 100, np.ones(count))


def hourly_of(path: np.ndarray, starts: np.ndarray, offset: float) -> Bars:
    """Hourly candles of a path of shape (hours, moments), moved up by `offset`."""
    raised = path + offset
    columns = (raised[:, 0], raised.max(1), raised.min(1), raised[:, -1])
    return Bars(starts, *columns, np.zeros(len(path)))


@pytest.mark.parametrize("minutes", [1, 5, 15, 60])
def test_the_candles_of_the_path_are_the_recorded_ones(minutes: int) -> None:
    interval_ms = minutes * MINUTE_MS
    bars = driving(4 * 60 // minutes, interval_ms)
    rng = np.random.default_rng(4)
    low, high = 98 + rng.random(4), 103 + rng.random(4)
    recorded = Bars(
        np.arange(4) * HOUR_MS, low + 1, high, low, high - 2 * rng.random(4), np.zeros(4)
    )
    path = mark_path(bars, interval_ms, recorded, TICK).reshape(4, -1)
    assert path[:, 0].tolist() == recorded.open.tolist()
    assert path[:, -1].tolist() == recorded.close.tolist()
    assert path.max(1).tolist() == recorded.high.tolist()
    assert path.min(1).tolist() == recorded.low.tolist()


def test_a_constant_difference_is_kept_at_every_moment() -> None:
    bars = driving(8, 15 * MINUTE_MS)
    last = price_path(bars).reshape(2, -1)
    recorded = hourly_of(last, np.arange(2) * HOUR_MS, 0.5)
    mark = mark_path(bars, 15 * MINUTE_MS, recorded, TICK).reshape(2, -1)
    assert np.abs(mark - last - 0.5).max() < 1e-9


def test_a_quiet_hour_still_shows_its_high_and_low() -> None:
    flat = np.full(4, 100.0)
    bars = Bars(np.arange(4) * 15 * MINUTE_MS, flat, flat, flat, flat, flat)
    one = np.array([100.0])
    recorded = Bars(np.array([0]), one, one + 2, one - 2, one, one * 0)
    mark = mark_path(bars, 15 * MINUTE_MS, recorded, TICK)
    assert (mark.max(), mark.min()) == (102, 98)


def test_hours_without_a_mark_candle_or_not_wholly_covered_have_mark_equal_last() -> None:
    bars = driving(12, 15 * MINUTE_MS, start_ms=HOUR_MS // 2)  # 00:30 to 03:30
    last = price_path(bars)
    hours = np.array([0, 1, 2, 3]) * HOUR_MS
    recorded = hourly_of(np.full((4, 2), 500.0), hours, 0.0)
    mark = mark_path(bars, 15 * MINUTE_MS, recorded, TICK)
    assert (mark[2:10] == 500).all()
    assert (mark[:2] == last[:2]).all()
    assert (mark[10:] == last[10:]).all()


def test_mark_candles_of_another_time_change_nothing() -> None:
    bars = driving(8, 15 * MINUTE_MS)
    recorded = hourly_of(np.full((1, 2), 500.0), np.array([99 * HOUR_MS]), 0.0)
    path = mark_path(bars, 15 * MINUTE_MS, recorded, TICK)
    assert (path == price_path(bars)).all()

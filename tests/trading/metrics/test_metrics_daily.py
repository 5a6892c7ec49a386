import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.trading.metrics.measured_records import FIRST_DAY, HOUR_MS, INITIAL, START_MS
from trading.errors import InvariantError
from trading.metrics.columns import Floats, Integers
from trading.metrics.daily import MS_A_DAY, DailyEquity, daily_equity


def _hours(*hours: int) -> Integers:
    return np.array([START_MS + hour * HOUR_MS for hour in hours], dtype=np.int64)


def _daily(hours: Integers, *equity: float) -> DailyEquity:
    return daily_equity(hours, np.array(equity, dtype=float), initial_equity=INITIAL)


def test_the_bar_that_closes_at_midnight_belongs_to_the_day_it_ends() -> None:
    daily = _daily(_hours(12, 24, 36, 48), 1010, 1020, 1000, 1030)
    assert daily.day.tolist() == [FIRST_DAY, FIRST_DAY + 1]
    assert daily.close.tolist() == [1020, 1030]
    assert daily.returns == pytest.approx([0.02, 1030 / 1020 - 1])


def test_a_day_has_its_low_its_high_and_the_deepest_fall_between_them() -> None:
    daily = _daily(_hours(6, 12, 18, 24, 30), 1000, 1100, 990, 1200, 900)
    assert daily.low.tolist() == [990, 900]
    assert daily.high.tolist() == [1200, 900]
    # The fall from 1200 to 900 crosses midnight: it is nobody's inner fall.
    assert daily.fall == pytest.approx([0.1, 0])


def test_a_day_without_bars_repeats_the_last_close_and_returns_nothing() -> None:
    daily = _daily(_hours(6, 24, 80), 1100, 1050, 1060)
    assert daily.day.tolist() == [FIRST_DAY + day for day in range(4)]
    assert daily.close.tolist() == [1050, 1050, 1050, 1060]
    assert daily.low.tolist() == [1050, 1050, 1050, 1060]
    assert daily.high.tolist() == [1100, 1050, 1050, 1060]
    assert daily.returns == pytest.approx([0.05, 0, 0, 1060 / 1050 - 1])


def test_a_ruined_account_has_no_returns() -> None:
    daily = _daily(_hours(12, 24, 48), 10, -5, 20)
    assert daily.is_ruined
    assert daily.returns is None


@pytest.mark.parametrize(
    ("at_ms", "equity", "initial", "message"),
    [
        ([], [], 1000, "empty"),
        ([1, 2], [1000], 1000, "2 times but 1 equities"),
        ([2, 2], [1000, 1000], 1000, "do not ascend"),
        ([1, 2], [1000, float("nan")], 1000, "no number"),
        ([1], [1000], 0, "initial equity is 0"),
        ([1], [1000], float("inf"), "initial equity is inf"),
    ],
)
def test_a_curve_that_cannot_be_measured_is_refused(
    at_ms: list[int], equity: list[float], initial: float, message: str
) -> None:
    with pytest.raises(InvariantError, match=message):
        daily_equity(np.array(at_ms, np.int64), np.array(equity, float), initial_equity=initial)


def _by_hand(at_ms: Integers, equity: Floats) -> dict[int, list[float]]:
    days: dict[int, list[float]] = {}
    for moment, value in zip(at_ms.tolist(), equity.tolist(), strict=True):
        days.setdefault((moment - 1) // MS_A_DAY, []).append(value)
    return days


@given(
    st.lists(st.integers(1, 20), min_size=1, max_size=60),
    st.lists(st.floats(1, 1e6), min_size=60, max_size=60),
)
def test_the_days_are_those_a_slow_count_finds(steps: list[int], values: list[float]) -> None:
    at_ms = START_MS + HOUR_MS * np.cumsum(np.array(steps, np.int64))
    equity = np.array(values[: len(steps)])
    daily = daily_equity(at_ms, equity, initial_equity=INITIAL)
    by_hand = _by_hand(at_ms, equity)
    assert len(daily) == max(by_hand) - min(by_hand) + 1
    for day, close, low, high in zip(
        daily.day.tolist(), daily.close, daily.low, daily.high, strict=True
    ):
        if day in by_hand:
            bars = by_hand[day]
            assert (close, low, high) == (bars[-1], min(bars), max(bars))

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from tests.trading.metrics.measured_records import INITIAL, START_MS, grown
from trading.metrics import paths, returns
from trading.metrics.daily import MS_A_DAY, daily_equity
from trading.metrics.drawdowns import underwater

DAYS = np.array([0.02, -0.01, 0.03, -0.02, 0.01])


def test_growth_is_compounded_over_a_year_of_365_days() -> None:
    assert returns.cagr(np.full(365, 0.001)) == pytest.approx(1.001**365 - 1)
    assert returns.cagr(np.array([0.1, 0.1])) == pytest.approx(1.21 ** (365 / 2) - 1)


def test_the_ratios_of_five_days_are_those_of_a_pocket_calculator() -> None:
    # Mean 0.006; squared deviations .000196 .000256 .000576 .000676 .000016 sum to .00172.
    deviation = math.sqrt(0.00172 / 4)
    assert returns.volatility(DAYS) == pytest.approx(deviation * math.sqrt(365))
    assert returns.sharpe(DAYS) == pytest.approx(0.006 / deviation * math.sqrt(365))
    downside = math.sqrt((0.01**2 + 0.02**2) / 5)
    assert returns.sortino(DAYS) == pytest.approx(0.006 / downside * math.sqrt(365))


def test_calmar_is_growth_over_the_deepest_fall() -> None:
    growth = returns.cagr(DAYS)
    assert growth is not None
    assert returns.calmar(DAYS, 0.02) == pytest.approx(growth / 0.02)


def test_the_moments_are_those_of_scipy() -> None:
    sample = np.random.default_rng(1).standard_t(4, 500) * 0.01
    assert returns.skewness(sample) == pytest.approx(stats.skew(sample))
    assert returns.kurtosis(sample) == pytest.approx(stats.kurtosis(sample, fisher=False))


@pytest.mark.parametrize("short", [np.empty(0), np.array([0.01])])
def test_of_fewer_than_two_days_nothing_is_said(short: np.ndarray) -> None:
    ratios = (returns.cagr, returns.volatility, returns.sharpe, returns.sortino)
    assert [ratio(short) for ratio in (*ratios, returns.skewness, returns.kurtosis)] == [None] * 6


def test_a_curve_without_spread_has_no_ratios() -> None:
    alike = np.full(40, 0.001)
    assert (returns.sharpe(alike), returns.sortino(alike)) == (None, None)
    assert (returns.skewness(alike), returns.kurtosis(alike)) == (None, None)
    assert returns.calmar(alike, 0.0) is None


def test_growth_too_large_for_a_number_is_not_said() -> None:
    assert returns.cagr(np.array([1e200, 1e100])) is None


def test_the_worst_days_are_one_in_twenty_and_one_at_least() -> None:
    days = np.arange(40) / 100 - 0.1
    at_risk, shortfall = paths.worst_days(days)
    assert (at_risk, shortfall) == (pytest.approx(-0.09), pytest.approx(-0.095))
    assert [float(value) for value in paths.worst_days(np.array([0.1, -0.2]))] == [-0.2, -0.2]


def test_a_path_made_of_days_falls_as_deep_as_the_same_bars_in_that_order() -> None:
    rng = np.random.default_rng(3)
    bars, days = 6, 40
    steps = rng.normal(0, 0.03, (days, bars))
    at_ms = START_MS + MS_A_DAY // bars * (1 + np.arange(days * bars, dtype=np.int64))
    daily = daily_equity(at_ms, grown(steps.ravel()), initial_equity=INITIAL)
    recorded = paths.recorded_path(daily)
    assert recorded is not None
    order = rng.integers(days, size=(20, days))
    expected = [
        underwater(grown(steps[chosen].ravel()), initial_equity=INITIAL).max() for chosen in order
    ]
    assert paths.deepest_fall(recorded.days(order)) == pytest.approx(expected)


@given(st.lists(st.floats(-0.9, 2), min_size=2, max_size=50))
def test_a_drawdown_is_a_fraction_of_0_to_1(days: list[float]) -> None:
    curve = grown(days)
    at_ms = START_MS + MS_A_DAY * (1 + np.arange(len(days), dtype=np.int64))
    recorded = paths.recorded_path(daily_equity(at_ms, curve, initial_equity=INITIAL))
    assert recorded is not None
    fall = float(paths.deepest_fall(recorded)[0])
    assert 0 <= fall <= 1
    assert fall == pytest.approx(underwater(curve, initial_equity=INITIAL).max(), abs=1e-12)


@given(st.lists(st.floats(-0.5, 0.5), min_size=2, max_size=60), st.floats(0.1, 3))
def test_sharpe_and_sortino_do_not_depend_on_the_leverage(days: list[float], times: float) -> None:
    sample = np.round(days, 6)
    for ratio in (returns.sharpe, returns.sortino):
        plain, levered = ratio(sample), ratio(sample * times)
        assert (plain is None) == (levered is None)
        if plain is not None:
            assert levered == pytest.approx(plain, rel=1e-6, abs=1e-9)

from dataclasses import replace

import numpy as np
import pytest
from arch.bootstrap import IIDBootstrap
from hypothesis import given
from hypothesis import strategies as st

from tests.trading.metrics.measured_records import record, traded, trades
from trading.metrics import bootstrap, paths, trade_sums
from trading.metrics.bootstrap import (
    Method,
    RecordedDays,
    bca_interval,
    intervals,
    left_out,
    method_for,
    percentile_interval,
    statistics,
)
from trading.metrics.columns import AccountRecord, Floats
from trading.metrics.daily import daily_equity
from trading.metrics.figures import Interval

SKEWED = np.random.default_rng(8).exponential(2.0, 60)


def _days(run: AccountRecord) -> RecordedDays:
    daily = daily_equity(run.at_ms, run.equity, initial_equity=run.initial_equity)
    path = paths.recorded_path(daily)
    return RecordedDays(path, trade_sums.daily_sums(run.trades, daily.day))


def _noise(count: int, seed: int = 1) -> Floats:
    return np.random.default_rng(seed).normal(0.5, 5, count)


def _mean(values: Floats) -> Floats:
    return np.atleast_1d(values.mean())


@pytest.mark.parametrize("method", ["percentile", "bca"])
def test_intervals_are_those_of_arch_from_the_same_draws(method: str) -> None:
    reference = IIDBootstrap(SKEWED, seed=np.random.default_rng(9))
    expected = reference.conf_int(_mean, reps=500, method=method, size=0.95).ravel()
    again = IIDBootstrap(SKEWED, seed=np.random.default_rng(9))
    draws = again.apply(_mean, reps=500).ravel()
    without_one = (SKEWED.sum() - SKEWED) / (len(SKEWED) - 1)
    found = (
        percentile_interval(draws)
        if method == "percentile"
        else bca_interval(float(SKEWED.mean()), draws, without_one)
    )
    assert found is not None
    assert (found.low, found.high) == pytest.approx(tuple(expected))


def test_the_correction_follows_the_skew() -> None:
    rng = np.random.default_rng(10)
    draws = SKEWED[rng.integers(60, size=(2000, 60))].mean(axis=1)
    without_one = (SKEWED.sum() - SKEWED) / 59
    plain, corrected = percentile_interval(draws), bca_interval(SKEWED.mean(), draws, without_one)
    assert plain is not None
    assert corrected is not None
    assert corrected.low > plain.low
    assert corrected.high > plain.high


def test_a_figure_that_draws_often_lack_has_no_interval() -> None:
    draws = np.arange(200.0)
    draws[:2] = np.nan
    assert percentile_interval(draws) is not None
    draws[:3] = np.inf
    assert percentile_interval(draws) is None
    assert bca_interval(100.0, np.full(10, np.nan), np.arange(5.0)) is None


def test_a_correction_that_would_turn_the_interval_around_is_not_made() -> None:
    draws = np.arange(100_001.0)
    outlier = np.append(np.zeros(99), 1.0)
    assert bca_interval(0.0, draws, outlier) == percentile_interval(draws)


@pytest.mark.parametrize(
    ("value", "jackknife"),
    [
        (-1.0, np.arange(5.0)),  # all draws on one side of the record
        (50.0, np.full(5, 3.0)),  # nothing left out changes it
        (50.0, np.array([1.0, np.nan, 2.0])),  # undefined without a part
    ],
)
def test_what_cannot_be_corrected_keeps_its_percentiles(value: float, jackknife: Floats) -> None:
    draws = np.arange(100.0)
    assert bca_interval(value, draws, jackknife) == percentile_interval(draws)


@given(st.integers(1, 500))
def test_each_stretch_of_days_is_left_out_once(count: int) -> None:
    kept = left_out(count)
    size = count - kept.shape[1]
    assert (np.diff(kept, axis=1) > 0).all()
    missing = [sorted(set(range(count)) - set(row)) for row in kept.tolist()]
    assert [len(stretch) for stretch in missing] == [size] * len(kept)
    assert sorted(sum(missing, [])) == list(range(size * len(kept)))  # noqa: RUF017


def test_the_recorded_days_in_order_give_the_recorded_figures() -> None:
    results = _noise(60)
    found = statistics(_days(traded(results)), np.arange(60)[None])
    growth = 1000 + np.cumsum(results)
    returns = np.diff(growth, prepend=1000.0) / np.concatenate(([1000.0], growth[:-1]))
    assert found["total_return"][0] == pytest.approx(results.sum() / 1000)
    assert found["sharpe"][0] == pytest.approx(returns.mean() / returns.std(ddof=1) * np.sqrt(365))
    assert found["expectancy"][0] == pytest.approx(results.mean())
    assert found["profit_factor"][0] == pytest.approx(
        results[results > 0].sum() / -results[results < 0].sum()
    )
    assert found["trades_per_day"][0] == 1


def test_the_trades_of_a_drawn_day_come_with_it() -> None:
    results = _noise(40)
    drawn = np.array([[3, 3, 7, 20]])
    found = statistics(_days(traded(results)), drawn)
    assert found["expectancy"][0] == pytest.approx(results[drawn[0]].mean())
    assert found["sqn"][0] == pytest.approx(
        results[drawn[0]].mean() / results[drawn[0]].std(ddof=1) * 2
    )


def test_equal_seeds_give_equal_intervals_and_others_others() -> None:
    days = _days(traded(_noise(60)))
    first, again, other = (
        intervals(days, method_for(days, seed=seed, draws=200)) for seed in (1, 1, 2)
    )
    assert first == again
    assert first != other


def test_intervals_do_not_depend_on_how_the_mean_is_reached() -> None:
    # Half the size of every trade halves what is in USDT and leaves the ratios.
    results = _noise(60)
    full, half = _days(traded(results)), _days(traded(results / 2))
    method = Method(300, 1, 0.95, 1.0, 60, 60)
    whole, small = intervals(full, method), intervals(half, method)
    assert small["expectancy"].low == pytest.approx(whole["expectancy"].low / 2)
    for name in ("win_rate", "profit_factor", "sqn"):
        assert small[name].low == pytest.approx(whole[name].low)


def test_a_ruined_account_keeps_the_intervals_of_its_trades() -> None:
    results = _noise(60)
    results[30] = -5000
    days = _days(traded(results))
    assert days.path is None
    found = intervals(days, method_for(days, seed=1, draws=200))
    assert "expectancy" in found
    assert "sharpe" not in found


def test_an_account_that_never_traded_is_sure_of_nothing_but_its_equity() -> None:
    days = _days(record(np.full(40, 1000.0)))
    found = intervals(days, method_for(days, seed=1, draws=200))
    assert found["total_return"] == Interval(0, 0)
    assert found.keys().isdisjoint(trade_sums.RATIOS)


def test_the_interval_of_independent_results_is_as_wide_as_theory_says() -> None:
    results = _noise(400, seed=3)
    days = _days(traded(results))
    found = intervals(days, Method(2000, 1, 0.95, 1.0, 400, 400))["expectancy"]
    error = results.std(ddof=1) / np.sqrt(400)
    assert (found.high - found.low) / 2 == pytest.approx(1.96 * error, rel=0.06)
    assert bootstrap.CONFIDENCE == 0.95


def test_five_like_trades_of_a_day_are_one_observation() -> None:
    results = _noise(200, seed=3)
    run = traded(results)
    five = trades(np.repeat(results / 5, 5), entry_ms=np.repeat(run.trades.entry_ms, 5))
    method = Method(500, 1, 0.95, 1.0, 200, 200)
    once, often = (
        intervals(_days(run), method),
        intervals(_days(replace(run, trades=five)), method),
    )
    assert often["expectancy"].low == pytest.approx(once["expectancy"].low / 5)
    assert often["win_rate"] == once["win_rate"]

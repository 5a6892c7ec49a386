import math
from dataclasses import astuple, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from trading.errors import InvariantError
from trading.metrics.sharpe import (
    SharpeSample,
    Trials,
    deflated_sharpe,
    expected_maximum,
    minimum_track_record,
    probabilistic_sharpe,
    sharpe_sample,
)

# The hedge fund of Bailey and Lopez de Prado 2012: 24 months, a yearly Sharpe ratio of 1.59.
FUND = SharpeSample(sharpe=0.458, observations=24, skewness=-2.448, kurtosis=10.164)


@pytest.mark.parametrize(
    ("sample", "published"),
    [
        (SharpeSample(0.458, 24), 0.982),
        (FUND, 0.913),
        (replace(FUND, observations=36), 0.953),
    ],
)
def test_the_published_probabilities_are_found(sample: SharpeSample, published: float) -> None:
    assert probabilistic_sharpe(sample) == pytest.approx(published, abs=6e-4)


@pytest.mark.parametrize(
    ("observations_a_year", "skewness", "kurtosis", "published_years"),
    [(250, 0, 3, 2.73), (52, 0, 3, 2.83), (12, 0, 3, 3.24), (12, -0.72, 5.78, 4.99)],
)
def test_the_published_track_records_are_found(
    observations_a_year: int, skewness: float, kurtosis: float, published_years: float
) -> None:
    # How long until a yearly Sharpe ratio of 2 is above 1 at 95 %.
    root = math.sqrt(observations_a_year)
    sample = SharpeSample(2 / root, 100, skewness, kurtosis)
    needed = minimum_track_record(sample, benchmark=1 / root)
    assert needed is not None
    assert needed / observations_a_year == pytest.approx(published_years, abs=5e-3)


@pytest.mark.parametrize(
    ("mean_r", "trades"), [(0.05, 1930), (0.1, 473), (0.15, 206), (0.2, 114), (0.3, 49)]
)
def test_the_trades_it_takes_to_prove_a_mean_r(mean_r: float, trades: int) -> None:
    # R of a rule with a target of 2 R and 31 % wins scatters by 1.35.
    needed = minimum_track_record(SharpeSample(mean_r / 1.35, trades, 0.6, 1.6))
    assert needed == pytest.approx(trades, abs=1.5)


def test_a_record_as_long_as_the_minimum_is_just_sure_enough() -> None:
    needed = minimum_track_record(FUND)
    assert needed is not None
    just = replace(FUND, observations=round(needed))
    assert probabilistic_sharpe(just) == pytest.approx(0.95, abs=2e-3)


@pytest.mark.parametrize("benchmark", [0.458, 1.0])
def test_no_record_is_long_enough_for_what_is_not_better(benchmark: float) -> None:
    assert minimum_track_record(FUND, benchmark=benchmark) is None


@pytest.mark.parametrize(
    ("trials", "expected"),
    [(1, 0), (2, 0.52), (5, 1.19), (10, 1.57), (20, 1.90), (50, 2.28), (100, 2.53)],
)
def test_the_best_of_worthless_trials_looks_this_good(trials: int, expected: float) -> None:
    assert expected_maximum(trials) == pytest.approx(expected, abs=6e-3)


def test_the_approximation_holds_against_drawn_maxima() -> None:
    drawn = np.random.default_rng(11).standard_normal((20_000, 50)).max(axis=1).mean()
    assert expected_maximum(50) == pytest.approx(drawn, rel=0.02)


@pytest.mark.parametrize(
    ("trials", "skewness", "kurtosis", "published"),
    [(100, -3, 10, 0.9004), (46, -3, 10, 0.9505), (88, 0, 3, 0.9505)],
)
def test_the_published_deflated_ratios_are_found(
    trials: int, skewness: float, kurtosis: float, published: float
) -> None:
    # Five years of 250 days, a yearly Sharpe ratio of 2.5, yearly variance of the trials 1/2.
    sample = SharpeSample(2.5 / math.sqrt(250), 1250, skewness, kurtosis)
    found = deflated_sharpe(sample, Trials(trials, 0.5 / 250))
    assert found == pytest.approx(published, abs=1e-4)


def test_one_trial_is_not_deflated() -> None:
    assert deflated_sharpe(FUND, Trials(1, 0.3)) == probabilistic_sharpe(FUND)


@pytest.mark.parametrize(("benchmark", "probability"), [(0, 1), (1, 0.5), (2, 0)])
def test_a_sharpe_ratio_without_doubt_is_above_or_below(
    benchmark: float, probability: float
) -> None:
    # Two values only, of such skewness that the standard error vanishes.
    certain = SharpeSample(1.0, 100, skewness=2.0, kurtosis=5.0)
    assert probabilistic_sharpe(certain, benchmark=benchmark) == probability


def test_the_sample_of_returns_has_the_moments_of_scipy() -> None:
    returns = np.random.default_rng(2).standard_t(5, 300) * 0.01 + 0.001
    sample = sharpe_sample(returns)
    assert sample is not None
    sharpe = returns.mean() / returns.std(ddof=1)
    moments = (stats.skew(returns), stats.kurtosis(returns, fisher=False))
    assert astuple(sample) == pytest.approx((sharpe, 300, *moments))


@pytest.mark.parametrize("returns", [[], [0.01], [0.01, 0.01, 0.01]])
def test_returns_without_spread_are_no_sample(returns: list[float]) -> None:
    assert sharpe_sample(np.array(returns)) is None


def test_two_returns_are_the_smallest_sample() -> None:
    sample = sharpe_sample(np.array([0.01, -0.02]))
    assert sample is not None
    assert sample.kurtosis == pytest.approx(1)


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: SharpeSample(0.1, 1), "1 observations"),
        (lambda: SharpeSample(math.nan, 10), "must be numbers"),
        (lambda: SharpeSample(0.1, 10, kurtosis=0), "full kurtosis"),
        (lambda: SharpeSample(0.1, 10, skewness=-2, kurtosis=4), "1 \\+ skewness²"),
        (lambda: Trials(0, 0.1), "0 trials"),
        (lambda: Trials(3, -0.1), "variance of -0.1"),
        (lambda: expected_maximum(0.5), "one is the least"),
        (lambda: minimum_track_record(FUND, confidence=95), "between 0.5 and 1"),
    ],
)
def test_impossible_samples_are_refused(build: object, message: str) -> None:
    assert callable(build)
    with pytest.raises(InvariantError, match=message):
        build()


SAMPLES = st.builds(
    lambda sharpe, observations, skewness, more: SharpeSample(
        sharpe, observations, skewness, 1 + skewness**2 + more
    ),
    st.floats(-5, 5),
    st.integers(2, 5000),
    st.floats(-4, 4),
    st.floats(0, 20),
)


@given(SAMPLES, st.integers(1, 1000))
def test_a_longer_record_is_surer_of_what_it_shows(sample: SharpeSample, more: int) -> None:
    longer = replace(sample, observations=sample.observations + more)
    surer = probabilistic_sharpe(longer) - probabilistic_sharpe(sample)
    assert surer * sample.sharpe >= 0


@given(SAMPLES, st.floats(-2, 2), st.integers(1, 10_000), st.floats(0, 1))
def test_a_probability_lies_within_0_and_1_and_falls_with_the_trials(
    sample: SharpeSample, benchmark: float, trials: int, variance: float
) -> None:
    assert 0 <= probabilistic_sharpe(sample, benchmark=benchmark) <= 1
    deflated = deflated_sharpe(sample, Trials(trials, variance))
    assert 0 <= deflated <= probabilistic_sharpe(sample)
    assert deflated_sharpe(sample, Trials(2 * trials, variance)) <= deflated

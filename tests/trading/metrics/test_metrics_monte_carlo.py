from typing import Any

import numpy as np
import pytest

from tests.trading.metrics.measured_records import FIRST_DAY, INITIAL, grown, record
from trading.errors import InvariantError
from trading.metrics.columns import Floats
from trading.metrics.daily import DailyEquity, daily_equity
from trading.metrics.monte_carlo import LEVELS, MonteCarlo, simulate

RETURNS = np.random.default_rng(4).normal(0.001, 0.03, 300)


def _daily(returns: Floats) -> DailyEquity:
    run = record(grown(returns))
    return daily_equity(run.at_ms, run.equity, initial_equity=INITIAL)


def _simulated(returns: Floats, **choices: float) -> MonteCarlo:
    found = simulate(_daily(returns), seed=1, paths=400, **choices)  # type: ignore[arg-type]
    assert found is not None
    return found


def test_the_fan_opens_from_the_recorded_start_to_its_last_day() -> None:
    fan = _simulated(RETURNS).fan
    assert fan.levels == LEVELS
    assert fan.equity.shape == (5, 200)
    assert (fan.steps[0], fan.steps[-1]) == (FIRST_DAY, FIRST_DAY + 299)
    assert (np.diff(fan.equity, axis=0) >= 0).all()
    widths = fan.equity[-1] - fan.equity[0]
    assert widths[-1] > 3 * widths[0]


def test_the_fan_ends_at_the_levels_of_the_final_equity() -> None:
    found = _simulated(RETURNS)
    assert found.fan.equity[:, -1] == pytest.approx(list(found.final_equity.values()))
    assert list(found.final_equity) == list(LEVELS) == list(found.max_drawdown)


def test_the_middle_of_the_resampled_ends_is_near_the_recorded_one() -> None:
    recorded = np.log(grown(RETURNS)[-1])
    spread = RETURNS.std() * np.sqrt(300)
    assert np.log(_simulated(RETURNS).final_equity[0.5]) == pytest.approx(
        recorded, abs=0.3 * spread
    )


def test_steady_growth_leaves_nothing_to_chance() -> None:
    found = _simulated(np.full(40, 0.01))
    assert found.final_equity[0.05] == pytest.approx(found.final_equity[0.95])
    assert set(found.max_drawdown.values()) == {0.0}
    assert found.ruin_probability == 0


def test_ruin_is_touching_the_level_on_the_way() -> None:
    # One day halves the account and another doubles it; each is drawn about once in 40 days.
    returns = np.zeros(40)
    returns[10], returns[20] = -0.5, 1.0
    found = _simulated(returns, ruin_fraction=0.5)
    assert found.ruin_level == 500
    assert 0.3 < found.ruin_probability < 0.7
    assert _simulated(returns, ruin_fraction=0.0).ruin_probability == 0


def test_equal_seeds_give_equal_paths() -> None:
    daily = _daily(RETURNS)
    first, again, other = (simulate(daily, seed=seed, paths=50) for seed in (1, 1, 2))
    assert first is not None
    assert again is not None
    assert other is not None
    assert np.array_equal(first.fan.equity, again.fan.equity)
    assert (first.final_equity, first.max_drawdown) == (again.final_equity, again.max_drawdown)
    assert first.final_equity != other.final_equity


@pytest.mark.parametrize("returns", [RETURNS[:29], np.concatenate((RETURNS[:40], [-1.0]))])
def test_too_few_days_or_a_ruin_simulate_nothing(returns: Floats) -> None:
    assert simulate(_daily(returns), seed=1) is None


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        ({"ruin_fraction": -0.1}, "ruin at -0.1"),
        ({"ruin_fraction": 1.0}, "ruin at 1.0"),
        ({"paths": 0}, "0 paths"),
        ({"seed": -1}, "the seed is -1"),
    ],
)
def test_impossible_choices_are_refused(choices: dict[str, float], message: str) -> None:
    given: dict[str, Any] = {"seed": 1} | choices
    with pytest.raises(InvariantError, match=message):
        simulate(_daily(RETURNS), **given)

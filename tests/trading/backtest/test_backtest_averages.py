"""Crossings of averages, exact on prices that lie on a decimal grid."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from trading.backtest.averages import crosses, decimal_grid
from trading.errors import InvariantError


def by_fractions(units: list[int], fast: int, slow: int) -> list[int]:
    """The definition, in numbers that cannot round."""
    above = [
        Fraction(sum(units[bar + 1 - fast : bar + 1]), fast)
        - Fraction(sum(units[bar + 1 - slow : bar + 1]), slow)
        if bar + 1 >= slow
        else None
        for bar in range(len(units))
    ]
    sides = []
    for before, now in zip([None, *above], above, strict=False):
        if before is None or now is None:
            sides.append(0)
        else:
            sides.append((now > 0 >= before) - (now < 0 <= before))
    return sides


# Few different prices, so that the averages are often equal.
grids = st.lists(st.integers(99, 103), min_size=1, max_size=60)


@given(units=grids, fast=st.integers(1, 4), more=st.integers(1, 6), digits=st.integers(0, 8))
def test_crossings_on_a_grid_are_those_of_exact_fractions(
    units: list[int], fast: int, more: int, digits: int
) -> None:
    close = np.array([unit / 10**digits for unit in units])

    assert list(crosses(close, fast, fast + more)) == by_fractions(units, fast, fast + more)


@example(units=[101, 99, 103, 99], fast=2, more=1)  # equal at the first bar that counts
@given(units=grids, fast=st.integers(1, 4), more=st.integers(1, 6))
def test_crossings_off_every_grid_treat_noise_as_a_tie(
    units: list[int], fast: int, more: int
) -> None:
    close = np.array(units) / 3

    assert list(crosses(close, fast, fast + more)) == by_fractions(units, fast, fast + more)


@pytest.mark.parametrize(("fast", "slow"), [(1, 2), (20, 50), (900, 1500)])
def test_crossings_of_many_prices_are_those_of_whole_sums(fast: int, slow: int) -> None:
    rng = np.random.default_rng(fast)
    units = 1_000 + np.cumsum(rng.integers(-1, 2, 5_000))
    sums = np.concatenate([[0], np.cumsum(units)])
    leads = np.sign(
        (sums[slow:] - sums[slow - fast : -fast]) * slow - (sums[slow:] - sums[:-slow]) * fast
    )

    found = crosses(units / 100, fast, slow)

    turns = (leads[1:] > 0) & (leads[:-1] <= 0), (leads[1:] < 0) & (leads[:-1] >= 0)
    assert np.array_equal(found[slow:], turns[0].astype(int) - turns[1].astype(int))
    assert found.any()


@pytest.mark.parametrize(
    ("prices", "per_unit"),
    [([3.0, 5.0], 1), ([0.1, 0.3], 10), ([43_211.55], 100), ([1e-8, 2.0], 10**8), ([1e-9], None)],
)
def test_the_coarsest_grid_is_found(prices: list[float], per_unit: int | None) -> None:
    assert decimal_grid(np.array(prices), largest=2.0**53) == per_unit


def test_prices_too_large_to_add_exactly_have_no_grid() -> None:
    assert decimal_grid(np.array([1e6]), largest=1e5) is None


def test_the_first_bars_cross_nothing() -> None:
    assert not crosses(np.arange(1.0, 6.0), 2, 5).any()
    assert len(crosses(np.array([]), 2, 5)) == 0


@pytest.mark.parametrize(("fast", "slow"), [(0, 5), (5, 5), (6, 5)])
def test_impossible_lengths_are_refused(fast: int, slow: int) -> None:
    with pytest.raises(InvariantError, match=f"fast is {fast}, slow is {slow}"):
        crosses(np.ones(9), fast, slow)

import numpy as np
import pytest
from arch.bootstrap import optimal_block_length
from hypothesis import given
from hypothesis import strategies as st

from trading.errors import InvariantError
from trading.metrics import blocks
from trading.metrics.blocks import block_length, in_batches, stationary_indices
from trading.metrics.columns import Floats


def _remembering(count: int, memory: float, seed: int) -> Floats:
    """Values that keep the share `memory` of the one before."""
    noise = np.random.default_rng(seed).standard_normal(count)
    for number in range(1, count):
        noise[number] += memory * noise[number - 1]
    return noise


@pytest.mark.parametrize("count", [30, 97, 365, 1500])
@pytest.mark.parametrize("memory", [-0.4, 0.0, 0.3, 0.8])
def test_the_block_length_is_that_of_arch(count: int, memory: float) -> None:
    values = _remembering(count, memory, seed=count)
    expected = float(optimal_block_length(values)["stationary"].iloc[0])
    assert block_length(values) == pytest.approx(max(1.0, expected))


def test_days_that_remember_are_drawn_in_longer_blocks() -> None:
    assert block_length(_remembering(1000, 0.8, seed=1)) > 10
    assert block_length(_remembering(1000, 0.0, seed=1)) < 4


@pytest.mark.parametrize("values", [[], [1.0], [1, 2, 3, 4, 5, 6, 7], [0.001] * 50, [0.0] * 50])
def test_values_without_a_memory_to_see_are_drawn_one_by_one(values: list[float]) -> None:
    assert block_length(np.array(values, float)) == 1


def test_blocks_are_runs_that_wrap_around_the_end() -> None:
    indices = stationary_indices(50, block=1e9, draws=20, rng=np.random.default_rng(1))
    assert (np.diff(indices, axis=1) % 50 == 1).all()


def test_blocks_have_the_mean_length_asked_for() -> None:
    indices = stationary_indices(500, block=8, draws=400, rng=np.random.default_rng(2))
    is_start = np.diff(indices, axis=1) % 500 != 1
    # A new block continues the old one by chance once in 500 times.
    assert 1 / is_start.mean() == pytest.approx(8, rel=0.03)


def test_every_day_is_drawn_equally_often() -> None:
    indices = stationary_indices(20, block=5, draws=20_000, rng=np.random.default_rng(3))
    counts = np.bincount(indices.ravel(), minlength=20)
    assert counts == pytest.approx(np.full(20, 20_000), rel=0.05)


def test_large_tables_are_drawn_in_parts_of_bounded_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "_LARGEST_TABLE", 70)
    tables = list(in_batches(10, block=2, draws=16, rng=np.random.default_rng(4)))
    assert [table.shape for table in tables] == [(7, 10), (7, 10), (2, 10)]
    assert not np.array_equal(tables[0], tables[1])


@given(st.lists(st.one_of(st.just(0.0), st.floats(-1, 1)), max_size=60))
def test_a_block_is_one_day_at_least_and_never_most_of_the_record(values: list[float]) -> None:
    block = block_length(np.array(values, float))
    assert 1 <= block <= max(1, np.ceil(len(values) / 3))


@given(st.integers(1, 60), st.floats(1, 100), st.integers(1, 30), st.integers(0, 2**32))
def test_positions_lie_in_the_record_and_equal_seeds_draw_equal_blocks(
    count: int, block: float, draws: int, seed: int
) -> None:
    first, second = (
        stationary_indices(count, block=block, draws=draws, rng=np.random.default_rng(seed))
        for _ in range(2)
    )
    assert first.shape == (draws, count)
    assert ((first >= 0) & (first < count)).all()
    assert np.array_equal(first, second)


@pytest.mark.parametrize(
    ("count", "block", "draws"), [(0, 2.0, 10), (10, 0.5, 10), (10, 2.0, 0), (10, np.nan, 5)]
)
def test_impossible_draws_are_refused(count: int, block: float, draws: int) -> None:
    with pytest.raises(InvariantError, match="one is the least"):
        stationary_indices(count, block=block, draws=draws, rng=np.random.default_rng(5))

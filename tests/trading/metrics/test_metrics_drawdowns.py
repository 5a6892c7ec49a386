from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.trading.metrics.measured_records import INITIAL, START_MS, record
from trading.errors import InvariantError
from trading.metrics.drawdowns import (
    Drawdown,
    Drawdowns,
    find_drawdowns,
    ulcer_index,
    underwater,
)


def _found(*equity: float) -> Drawdowns:
    run = record(equity)
    return find_drawdowns(run.at_ms, run.equity, initial_equity=INITIAL)


def _day(number: int) -> datetime:
    """The close of bar `number`, one bar a day."""
    return datetime(2024, 1, 2, tzinfo=UTC) + timedelta(days=number)


RECOVERED = Drawdown(
    started=_day(0),
    bottom=_day(2),
    recovered=_day(4),
    seen_until=_day(7),
    depth_usdt=pytest.approx(300),  # type: ignore[arg-type]
    depth_fraction=pytest.approx(0.25),  # type: ignore[arg-type]
)
LASTING = Drawdown(
    started=_day(5),
    bottom=_day(6),
    recovered=None,
    seen_until=_day(7),
    depth_usdt=pytest.approx(400),  # type: ignore[arg-type]
    depth_fraction=pytest.approx(0.2),  # type: ignore[arg-type]
)
CURVE = (1200, 1000, 900, 1100, 1200, 2000, 1600, 1700)


def test_each_fall_has_its_dates_and_its_depth() -> None:
    assert _found(*CURVE).deepest() == (RECOVERED, LASTING)


def test_a_recovered_fall_ends_where_its_high_is_reached_again() -> None:
    assert (RECOVERED.length, RECOVERED.recovery) == (timedelta(days=4), timedelta(days=2))
    assert (LASTING.length, LASTING.recovery) == (timedelta(days=2), None)


def test_the_deepest_the_longest_and_the_current_fall_are_found() -> None:
    found = _found(*CURVE)
    assert len(found) == 2
    assert found.deepest(1) == (RECOVERED,)
    assert found.longest() == RECOVERED
    assert found.current() == LASTING


def test_a_fall_from_the_initial_equity_counts() -> None:
    (fall,) = _found(950, 900, 1000).deepest()
    assert (fall.started, fall.recovered) == (_day(0), _day(2))
    assert fall.depth_usdt == 100


@pytest.mark.parametrize("rising", [(INITIAL,), (1000, 1000, 1000), (1001, 1002, 1003)])
def test_a_curve_that_never_falls_has_no_drawdown(rising: tuple[float, ...]) -> None:
    found = _found(*rising)
    assert (len(found), found.deepest(), found.longest(), found.current()) == (0, (), None, None)


def test_an_account_below_zero_fell_by_more_than_all() -> None:
    (fall,) = _found(1000, -500).deepest()
    assert (fall.depth_usdt, fall.depth_fraction) == (1500, 1.5)


def test_the_ulcer_index_is_the_root_mean_square_of_the_depth() -> None:
    equity = np.array([1000.0, 900.0, 800.0, 1100.0])
    assert underwater(equity, initial_equity=INITIAL) == pytest.approx([0, 0.1, 0.2, 0])
    expected = np.sqrt((0.01 + 0.04) / 4)
    assert ulcer_index(equity, initial_equity=INITIAL) == pytest.approx(expected)


def test_an_empty_curve_is_refused() -> None:
    with pytest.raises(InvariantError, match="empty"):
        _found()


@given(st.lists(st.floats(1, 1e6), min_size=1, max_size=80))
def test_the_falls_cover_exactly_the_bars_below_a_high(values: list[float]) -> None:
    equity = np.array(values)
    found = find_drawdowns(
        START_MS + np.arange(len(equity), dtype=np.int64), equity, initial_equity=INITIAL
    )
    depth = underwater(equity, initial_equity=INITIAL)
    # The bar of a recovery is not below; the last bar of a fall that lasts is.
    curve = np.concatenate(([INITIAL], equity))
    lasts = curve[found.ends] < curve[found.begins]
    assert (found.ends - found.begins - 1 + lasts).sum() == np.count_nonzero(depth > 0)
    assert found.depth_fraction.max(initial=0) == pytest.approx(depth.max())
    assert ((found.depth_fraction > 0) & (found.depth_fraction < 1)).all()
    deepest = [fall.depth_fraction for fall in found.deepest(len(found))]
    assert deepest == sorted(deepest, reverse=True)

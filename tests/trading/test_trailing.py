from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.trading import builders
from trading.errors import InvariantError
from trading.positions import Direction
from trading.trailing import (
    StopMove,
    TradePlan,
    Trailing,
    TrailingRules,
    break_even_price,
    move_stop,
)

TAKER = Decimal("0.00055")
BREAK_EVEN = TrailingRules(break_even_at_r=Decimal(1))
TRAIL = TrailingRules(trail_at_r=Decimal(2), trail_distance_r=Decimal("0.5"))


def _plan(**changes: Any) -> TradePlan:
    """A long from 40000 with R = 400."""
    fields: dict[str, Any] = {
        "entry_price": Decimal(40_000),
        "planned_stop": Decimal(39_600),
        "stop_loss": Decimal(39_600),
        "taker_fraction": TAKER,
    }
    return TradePlan(**(fields | changes))


def _short(**changes: Any) -> TradePlan:
    levels = {"planned_stop": Decimal(40_400), "stop_loss": Decimal(40_400)}
    return _plan(**(levels | changes))


def _move(
    mark: int, rules: TrailingRules, plan: TradePlan | None = None, **changes: Any
) -> StopMove | None:
    position = builders.position(mark_price=Decimal(mark), **changes)
    return move_stop(position, plan or _plan(), rules, builders.instrument())


def test_nothing_moves_unless_the_owner_wants_it() -> None:
    assert not TrailingRules().is_on
    assert _move(50_000, TrailingRules()) is None


@pytest.mark.parametrize(
    ("mark", "stop"),
    [
        (40_399, None),
        (40_400, "40044.5"),  # 40000 x 1.00055 / 0.99945 = 40044.02, up to the tick of 0.5
        (41_000, "40044.5"),
    ],
)
def test_a_long_goes_to_break_even_at_its_gain(mark: int, stop: str | None) -> None:
    moved = _move(mark, BREAK_EVEN)
    assert (moved and moved.stop_loss) == (stop and Decimal(stop))


@pytest.mark.parametrize(("mark", "stop"), [(39_601, None), (39_600, "39956.0")])
def test_a_short_goes_to_break_even_at_its_gain(mark: int, stop: str | None) -> None:
    moved = _move(mark, BREAK_EVEN, _short(), direction=Direction.SHORT)
    assert (moved and moved.stop_loss) == (stop and Decimal(stop))


@pytest.mark.parametrize("stop", ["40044.5", "40100"])
def test_a_stop_is_never_loosened(stop: str) -> None:
    assert _move(41_000, BREAK_EVEN, _plan(stop_loss=Decimal(stop))) is None


def test_a_break_even_the_price_has_not_reached_is_not_asked_for() -> None:
    tiny = TrailingRules(break_even_at_r=Decimal("0.1"))
    assert _move(40_040, tiny) is None


def test_the_trailing_stop_is_handed_over_before_its_gain_is_reached() -> None:
    moved = _move(40_000, TRAIL)
    assert moved == StopMove(
        None, Trailing(Decimal("200.0"), Decimal(40_800)), "trailing by 200 from 40800"
    )


def test_beyond_its_gain_it_trails_at_once() -> None:
    moved = _move(40_801, TRAIL)
    assert moved is not None
    assert moved.trailing == Trailing(Decimal("200.0"))


def test_a_short_trails_from_below() -> None:
    moved = _move(40_000, TRAIL, _short(), direction=Direction.SHORT)
    assert moved is not None
    assert moved.trailing == Trailing(Decimal("200.0"), Decimal(39_200))


def test_a_trailing_stop_that_stands_is_left_alone() -> None:
    assert _move(40_801, TRAIL, _plan(trails_already=True)) is None


def test_a_trailing_stop_looser_than_the_stop_that_stands_is_not_set() -> None:
    assert _move(40_801, TRAIL, _plan(stop_loss=Decimal(40_700))) is None


def test_both_rules_are_one_request() -> None:
    moved = _move(40_500, TrailingRules(Decimal(1), Decimal(2), Decimal(1)))
    assert moved is not None
    assert (moved.stop_loss, moved.trailing is not None) == (Decimal("40044.5"), True)
    assert moved.detail == "break-even at 40044.5 after 1 R; trailing by 400 from 40800"


@given(
    direction=st.sampled_from(Direction),
    entry=st.decimals("0.01", "100000", places=4),
    taker=st.decimals("0", "0.01", places=5),
)
def test_a_trade_closed_at_break_even_pays_exactly_its_fees(
    direction: Direction, entry: Decimal, taker: Decimal
) -> None:
    exit_price = break_even_price(direction, entry, taker)
    gain = direction.sign * (exit_price - entry)
    assert abs(gain - taker * (entry + exit_price)) < Decimal("1e-20")


@given(mark=st.integers(30_000, 50_000), stop=st.integers(39_000, 41_000))
def test_every_move_is_tighter_and_behind_the_price(mark: int, stop: int) -> None:
    rules = TrailingRules(Decimal(1), Decimal(1), Decimal("0.3"))
    moved = _move(mark, rules, _plan(stop_loss=Decimal(stop)))
    if moved is not None and moved.stop_loss is not None:
        assert stop < moved.stop_loss < mark
    if moved is not None and moved.trailing is not None:
        start = moved.trailing.active_price or Decimal(mark)
        assert start - moved.trailing.distance > stop


@pytest.mark.parametrize(
    "build",
    [
        lambda: TrailingRules(break_even_at_r=Decimal(0)),
        lambda: TrailingRules(trail_at_r=Decimal(-1)),
        lambda: TrailingRules(trail_distance_r=Decimal(0)),
        lambda: Trailing(Decimal(0)),
        lambda: Trailing(Decimal(1), Decimal(0)),
        lambda: _plan(planned_stop=Decimal(40_000)),
    ],
)
def test_impossible_rules_and_plans_are_refused(build: Any) -> None:
    with pytest.raises(InvariantError):
        build()

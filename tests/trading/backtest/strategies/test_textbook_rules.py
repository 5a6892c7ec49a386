"""The textbook rules against the plainest way to write them down."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.trading.backtest.strategies import bar_builders
from trading import indicators
from trading.backtest.bars import BarSeries
from trading.backtest.strategies.buy_and_hold import BuyAndHold
from trading.backtest.strategies.donchian import Donchian
from trading.backtest.strategies.ema_cross import EmaCross
from trading.backtest.strategies.random_entry import RandomEntry
from trading.backtest.strategies.rsi2 import Rsi2
from trading.backtest.strategies.sma_cross import SmaCross
from trading.errors import InvariantError

Said = tuple[list[int], list[bool]]

# Few different prices, so that averages are often equal and ranges often touched.
_CLOSES = st.lists(st.integers(1, 12), min_size=1, max_size=60)


def _bars(closes: list[int]) -> BarSeries:
    return bar_builders.series(np.array(closes, np.float64) / 10)


@given(closes=_CLOSES, fast=st.integers(1, 5), longer=st.integers(1, 6))
def test_simple_averages_cross_where_exact_fractions_do(
    closes: list[int], fast: int, longer: int
) -> None:
    slow = fast + longer

    def gap(bar: int) -> int:
        return (
            sum(closes[bar + 1 - fast : bar + 1]) * slow
            - sum(closes[bar + 1 - slow : bar + 1]) * fast
        )

    expected = [_cross(gap(bar - 1), gap(bar)) if bar >= slow else 0 for bar in range(len(closes))]
    assert SmaCross(fast, slow).signals(_bars(closes)).side.tolist() == expected


@given(closes=_CLOSES, fast=st.integers(1, 5), longer=st.integers(1, 6))
def test_exponential_averages_cross_where_those_of_the_desk_do(
    closes: list[int], fast: int, longer: int
) -> None:
    bars, slow = _bars(closes), fast + longer
    gaps = indicators.ema(bars.close, fast) - indicators.ema(bars.close, slow)
    expected = [_cross(*gaps[bar - 1 : bar + 1]) if bar else 0 for bar in range(len(closes))]
    assert EmaCross(fast, slow).signals(bars).side.tolist() == expected


@given(closes=_CLOSES, entry=st.integers(1, 6), leave=st.integers(1, 6))
def test_a_breakout_is_held_until_the_range_turns(
    closes: list[int], entry: int, leave: int
) -> None:
    bars = _bars(closes)

    def side(bar: int, period: int) -> int:
        if bar < period:
            return 0
        above = bars.close[bar] > bars.high[bar - period : bar].max()
        return int(above) - int(bars.close[bar] < bars.low[bar - period : bar].min())

    expected = _held(
        len(closes), lambda bar: side(bar, entry), lambda bar, held: side(bar, leave) == -held
    )
    said = Donchian(entry, leave).signals(bars)
    assert said.close is not None
    assert (said.side.tolist(), said.close.tolist()) == expected


@given(closes=_CLOSES, trend=st.integers(2, 8), oversold=st.sampled_from([10.0, 30.0, 50.0]))
def test_a_stretch_against_the_trend_is_held_until_it_has_recovered(
    closes: list[int], trend: int, oversold: float
) -> None:
    bars, leave = _bars(closes), 3
    strength = indicators.rsi(bars.close, 2)

    def mean(bar: int, period: int) -> float:
        return (
            float(bars.close[bar + 1 - period : bar + 1].mean()) if bar + 1 >= period else np.nan
        )

    def enter(bar: int) -> int:
        close, average = bars.close[bar], mean(bar, trend)
        dip = close > average and strength[bar] < oversold
        return int(dip) - int(close < average and strength[bar] > 100 - oversold)

    def is_over(bar: int, held: int) -> bool:
        return bool(held * bars.close[bar] > held * mean(bar, leave))

    said = Rsi2(2, oversold, trend, leave).signals(bars)
    assert said.close is not None
    assert (said.side.tolist(), said.close.tolist()) == _held(len(closes), enter, is_over)


def test_buying_and_holding_buys_once() -> None:
    assert BuyAndHold().signals(_bars([5, 6, 7])).side.tolist() == [1, 0, 0]
    assert BuyAndHold().signals(bar_builders.part(_bars([5]), 0)).side.tolist() == []


def test_chance_enters_as_often_as_it_says_on_both_sides_alike() -> None:
    side = RandomEntry(chance=0.2, seed=3).signals(bar_builders.walk(20_000)).side
    assert np.count_nonzero(side == 1) == pytest.approx(2_000, rel=0.1)
    assert np.count_nonzero(side == -1) == pytest.approx(2_000, rel=0.1)


def test_chance_differs_by_seed_and_by_symbol() -> None:
    bars = bar_builders.walk(2_000)
    other = bar_builders.series(bars.close, symbol="ETHUSDT")
    drawn = [RandomEntry(0.1, seed).signals(one).side for seed in (1, 2) for one in (bars, other)]
    assert len({side.tobytes() for side in drawn}) == 4


@pytest.mark.parametrize(
    ("build", "said"),
    [
        (lambda: SmaCross(50, 20), "fast 50 must be below slow 20"),
        (lambda: EmaCross(20, 20), "fast 20 must be below slow 20"),
        (lambda: SmaCross(0, 20), "fast is 0; it must be a whole number of 1 to 10000"),
        (lambda: Donchian(20, -1), "leave is -1"),
        (lambda: Rsi2(oversold=float("nan")), "oversold is nan"),
        (lambda: RandomEntry(chance=1.5), "chance is 1.5; it must be a number of 0.0 to 1.0"),
    ],
)
def test_parameters_that_cannot_be_are_refused(build: Callable[[], object], said: str) -> None:
    with pytest.raises(InvariantError, match=said):
        build()


def _cross(before: float, now: float) -> int:
    return int(now > 0 >= before) - int(now < 0 <= before)


def _held(n_bars: int, enter: Callable[[int], int], is_over: Callable[[int, int], bool]) -> Said:
    held, sides, closes = 0, [], []
    for bar in range(n_bars):
        side = enter(bar)
        leaves = not side and held != 0 and is_over(bar, held)
        held = side or (0 if leaves else held)
        sides.append(side)
        closes.append(leaves)
    return sides, closes

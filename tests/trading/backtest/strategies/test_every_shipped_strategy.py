"""What holds for each rule that comes with the desk."""

from dataclasses import fields

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.trading.backtest.strategies import bar_builders
from trading.backtest.bars import BarSeries
from trading.backtest.signals import Signals
from trading.backtest.strategies.decisions import DecisionColumns, Decisions
from trading.backtest.strategies.registry import SHIPPED
from trading.backtest.strategies.strategy import Strategy

BARS = bar_builders.walk(700, seed=21)

# Long enough to leave something of 700 bars, short enough to trade often.
_TYPED = {
    "technical": {"lookback-bars": "60"},
    "rsi2": {"trend": "50", "oversold": "30"},
    "random": {"chance": "0.1"},
}


def _recorded() -> Decisions:
    decided = BARS.opened_ms[50::40] + 1
    side = np.resize(np.array([1, -1], np.int8), len(decided))
    levels = BARS.close[50::40]
    made = DecisionColumns(decided, side, levels * (1 - side * 0.01), levels * (1 + side * 0.02))
    return Decisions({BARS.symbol: made})


STRATEGIES: dict[str, Strategy] = {
    name: one.build(_TYPED.get(name, {}), tick_sizes={BARS.symbol: 0.5})
    for name, one in SHIPPED.items()
} | {"decisions": _recorded()}

each = pytest.mark.parametrize("strategy", STRATEGIES.values(), ids=STRATEGIES.keys())


@each
def test_it_trades_a_market_that_moves(strategy: Strategy) -> None:
    assert strategy.signals(BARS).side.any()


@each
@pytest.mark.parametrize("cut", [0, 1, 40, 58, 59, 60, 61, 512, 699])
def test_later_candles_change_nothing_that_was_said(strategy: Strategy, cut: int) -> None:
    whole, prefix = strategy.signals(BARS), strategy.signals(bar_builders.part(BARS, cut))
    for name, column in _columns(prefix).items():
        np.testing.assert_array_equal(column, _columns(whole)[name][:cut], err_msg=name)


@each
def test_nothing_is_said_before_it_is_warm(strategy: Strategy) -> None:
    said, cold = strategy.signals(BARS), strategy.warm_up_bars - 1
    assert not said.side[:cold].any()
    assert said.close is None or not said.close[:cold].any()


@each
def test_the_same_candles_give_the_same_signals_and_stay_as_they_were(strategy: Strategy) -> None:
    before = {name: column.copy() for name, column in _columns(BARS).items()}
    first, second = _columns(strategy.signals(BARS)), _columns(strategy.signals(BARS))
    for name, column in first.items():
        np.testing.assert_array_equal(column, second[name])
    for name, column in _columns(BARS).items():
        np.testing.assert_array_equal(column, before[name])


@each
def test_candles_that_cannot_be_written_to_are_enough(strategy: Strategy) -> None:
    bars = bar_builders.part(BARS, 300)
    for column in _columns(bars).values():
        column.flags.writeable = False
    assert len(strategy.signals(bars)) == 300


@each
def test_levels_lie_on_their_side_of_the_close(strategy: Strategy) -> None:
    said = strategy.signals(BARS)
    if said.stop is None or said.target is None:
        return
    entered = said.side != 0
    sign, close = said.side[entered], BARS.close[entered]
    assert (sign * said.stop[entered] < sign * close).all()
    assert (sign * close < sign * said.target[entered]).all()


def _columns(value: Signals | BarSeries) -> dict[str, NDArray[np.generic]]:
    named = {one.name: getattr(value, one.name) for one in fields(value)}
    return {name: column for name, column in named.items() if isinstance(column, np.ndarray)}

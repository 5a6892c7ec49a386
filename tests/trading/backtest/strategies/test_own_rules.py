"""An owner's own rule is held to what it promised."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tests.trading.backtest.strategies import bar_builders
from trading.backtest.bars import BarSeries
from trading.backtest.signals import Signals
from trading.backtest.strategies.own import OwnRule, build_own, own_rule
from trading.errors import InvariantError, MisconfiguredError

BARS = bar_builders.walk(10)


def _rising(bars: BarSeries, least: int = 1, share: float = 0.5, *, name: str = "x") -> object:
    return np.diff(bars.close, prepend=bars.close[:1]) > least * share


@pytest.mark.parametrize(
    "answer",
    [
        [1, 0, -1] + [0] * 7,
        np.array([1, 0, -1] + [0] * 7, np.float64),
        np.array([1, 0, -1] + [0] * 7, np.int64),
        Signals(BARS.symbol, np.array([1, 0, -1] + [0] * 7, np.int8)),
    ],
    ids=["list", "floats", "integers", "signals"],
)
def test_sides_may_come_in_any_form(answer: Any) -> None:
    assert OwnRule(lambda bars: answer).signals(BARS).side.tolist() == [1, 0, -1] + [0] * 7


def test_parameters_are_read_by_the_kind_of_their_defaults() -> None:
    rule = own_rule(_rising, {"least": "3", "share": "0.25"})
    assert rule.parameters == {"least": 3, "share": 0.25}
    rises = np.diff(BARS.close, prepend=BARS.close[:1]) > 0.75
    assert rule.signals(BARS).side.tolist() == rises.astype(int).tolist()


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (np.full(10, np.nan), r"side of bar 0 is nan; 1, -1 and 0 are allowed \(10 such bars\)"),
        (np.array([0] * 9 + [2]), "side of bar 9 is 2"),
        (np.full(10, 0.5), "side of bar 0 is 0.5"),
        (np.zeros(9), r"shape \(9,\); it must be \(10,\)"),
        (np.zeros((10, 1)), "shape"),
        (None, "array of object"),
        (["up"] * 10, "array of <U2"),
        (Signals.none("BTCUSDT", 9), "was given 10 candles and answered for 9 of BTCUSDT"),
        (Signals.none("ETHUSDT", 10), "answered for 10 of ETHUSDT"),
    ],
)
def test_an_answer_that_is_no_signal_is_refused(answer: Any, said: str) -> None:
    with pytest.raises(InvariantError, match=said):
        OwnRule(lambda bars: answer).signals(BARS)


def test_candles_cannot_be_changed_and_the_callers_stay_as_they_were() -> None:
    def meddle(bars: BarSeries) -> object:
        bars.close[0] = 1.0
        return np.zeros(len(bars))

    with pytest.raises(ValueError, match="read-only"):
        OwnRule(meddle).signals(BARS)
    assert BARS.close.flags.writeable


def test_what_a_rule_raises_comes_through() -> None:
    def broken(bars: BarSeries) -> object:
        raise ZeroDivisionError("mine")

    with pytest.raises(ZeroDivisionError, match="mine"):
        OwnRule(broken).signals(BARS)


class _Counting:
    def __init__(self, every: int = 2) -> None:
        self.every = every


def _without_default(bars: BarSeries, fast: int) -> object:
    return fast


def _blind() -> object:
    return 0


def _only_named(*, bars: BarSeries) -> object:
    return bars


def test_a_class_is_built_with_what_was_typed() -> None:
    assert build_own(_Counting, {"every": "7"}).every == 7
    assert build_own(_Counting, {}).every == 2


@pytest.mark.parametrize(
    ("build", "said"),
    [
        (lambda: own_rule(_rising, {"lest": "1"}), "did you mean least"),
        (lambda: own_rule(_rising, {"name": "y"}), "there is no parameter name"),
        (
            lambda: own_rule(_rising, {"least": "1.5"}),
            "least is '1.5'; it must be any whole number",
        ),
        (lambda: own_rule(_without_default, {}), "needs fast; give every parameter a default"),
        (lambda: own_rule(_blind, {}), "takes no candles"),
        (lambda: own_rule(_only_named, {}), "takes no candles"),
        (lambda: build_own(_Counting, {"other": "1"}), "The parameters are: every"),
    ],
)
def test_what_cannot_be_set_is_told(build: Callable[[], object], said: str) -> None:
    with pytest.raises(MisconfiguredError, match=said):
        build()

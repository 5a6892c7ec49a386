"""Recorded decisions act at the first open they could have acted at, or not at all."""

from collections.abc import Callable

import numpy as np
import pytest

from tests.trading.backtest.strategies import bar_builders
from trading.backtest.bars import BarSeries
from trading.backtest.signals import Signals
from trading.backtest.strategies.decisions import (
    DecisionColumns,
    Decisions,
    Timing,
    timing_of,
)
from trading.errors import InvariantError

HOUR = bar_builders.HOUR_MS
BARS = bar_builders.series(np.linspace(100, 109, 10))


def _made(*at_ms: int, side: int = 1) -> DecisionColumns:
    count = len(at_ms)
    return DecisionColumns(
        np.array(at_ms, np.int64),
        np.full(count, side, np.int8),
        np.arange(90.0, 90.0 + count),
        np.arange(120.0, 120.0 + count),
    )


def _said(*at_ms: int, grace_ms: int = 0, bars: BarSeries = BARS) -> Signals:
    return Decisions({"BTCUSDT": _made(*at_ms)}, grace_ms).signals(bars)


@pytest.mark.parametrize(
    ("decided_ms", "grace_ms", "bar"),
    [
        (3 * HOUR, 0, 2),
        (3 * HOUR + 1, 0, 3),
        (4 * HOUR - 1, 0, 3),
        (3 * HOUR + 5_000, 5_000, 2),
        (3 * HOUR + 5_001, 5_000, 3),
        (1, 0, 0),
        (8 * HOUR + 1, 0, 8),
    ],
)
def test_a_decision_stands_at_the_bar_before_the_open_it_acts_at(
    decided_ms: int, grace_ms: int, bar: int
) -> None:
    said = _said(decided_ms, grace_ms=grace_ms)
    assert said.stop is not None
    assert np.flatnonzero(said.side).tolist() == [bar]
    assert np.flatnonzero(~np.isnan(said.stop)).tolist() == [bar]


@pytest.mark.parametrize("decided_ms", [-HOUR, 0, 9 * HOUR + 1, 50 * HOUR])
def test_a_decision_before_or_after_the_candles_is_counted_and_not_traded(decided_ms: int) -> None:
    assert not _said(decided_ms).side.any()
    assert Decisions({"BTCUSDT": _made(decided_ms)}).without_bar(BARS) == 1


def test_how_late_decisions_act_is_known() -> None:
    decisions = Decisions({"BTCUSDT": _made(3 * HOUR + 60_000, 5 * HOUR, 50 * HOUR)})
    seen = timing_of(decisions, (BARS, bar_builders.series(BARS.close, symbol="ETHUSDT")))
    assert decisions.waits_ms(BARS).tolist() == [HOUR - 60_000, 0]
    assert seen == Timing(traded=2, untraded=1, waited_seconds=(3600 - 60) / 2)
    assert timing_of(Decisions(), (BARS,)) == Timing(0, 0, 0.0)


def test_a_decision_in_a_gap_is_stale_when_the_market_is_back() -> None:
    gappy = bar_builders.without(BARS, 4)
    assert not _said(3 * HOUR + 1, bars=gappy).side.any()
    assert np.flatnonzero(_said(4 * HOUR + 1, bars=gappy).side).tolist() == [3]


def test_of_two_decisions_before_one_open_the_last_counts() -> None:
    said = _said(3 * HOUR + 1, 3 * HOUR + 2)
    assert said.stop is not None
    assert said.target is not None
    assert (said.stop[3], said.target[3]) == (91.0, 121.0)


def test_a_symbol_without_decisions_and_candles_without_length_want_nothing() -> None:
    other = bar_builders.series(BARS.close, symbol="ETHUSDT")
    decisions = Decisions({"BTCUSDT": _made(HOUR)})
    assert not decisions.signals(other).side.any()
    assert decisions.without_bar(other) == 0
    assert len(_said(HOUR, bars=bar_builders.part(BARS, 0))) == 0


@pytest.mark.parametrize(
    ("build", "said"),
    [
        (lambda: _made(2, 1), "not in the order"),
        (lambda: _made(1, side=0), "side is 1"),
        (lambda: Decisions(grace_ms=-1), "grace_ms is -1"),
        (
            lambda: DecisionColumns(np.array([1]), np.ones(1, np.int8), np.ones(2), np.ones(1)),
            "columns of",
        ),
    ],
)
def test_decisions_that_cannot_be_are_refused(build: Callable[[], object], said: str) -> None:
    with pytest.raises(InvariantError, match=said):
        build()

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.trading import builders
from trading.analysis import Abstention, AbstentionCode, Action, Analysis, FlatReason, Regime
from trading.errors import InvariantError
from trading.signals import Signal, SignalRules, validate
from trading.snapshot import MarketSnapshot
from trading.technical_analyst import DISCLAIMER, TechnicalRules, analyse

RULES = TechnicalRules()


def _market(closes: list[int], **changes: Any) -> MarketSnapshot:
    return builders.snapshot(candles=builders.candles(closes=closes), **changes)


def _answer(closes: list[int], rules: TechnicalRules = RULES) -> Analysis:
    answer = analyse(_market(closes), rules)
    assert isinstance(answer, Analysis)
    return answer


def _saw(step: int) -> list[int]:
    """A trend with pauses: two steps forward, one back; RSI stays below exhaustion."""
    closes = [40_000]
    for bar in range(119):
        closes.append(closes[-1] + (step if (bar + 1) % 3 else -step))
    return closes


def _pullback(step: int) -> list[int]:
    """The same trend, a fall to the fast average, and one bar back up."""
    closes = _saw(step)[:114]
    for move in (-1, -1, -1, -1, -1, 2):
        closes.append(closes[-1] + move * step)
    return closes


@pytest.mark.parametrize(
    ("closes", "action", "setup"),
    [
        (_saw(100), Action.LONG, "breakout"),
        (_saw(-100), Action.SHORT, "breakout"),
        (_pullback(100), Action.LONG, "pullback"),
        (_pullback(-100), Action.SHORT, "pullback"),
    ],
)
def test_trades_go_with_the_trend(closes: list[int], action: Action, setup: str) -> None:
    answer = _answer(closes)
    assert answer.action is action
    assert answer.reasons[0].startswith(setup)
    assert answer.regime is (Regime.TREND_UP if action is Action.LONG else Regime.TREND_DOWN)


def test_stop_and_target_are_multiples_of_the_average_range() -> None:
    snapshot = _market(_saw(100))
    answer = analyse(snapshot, RULES)
    assert isinstance(answer, Analysis)
    assert answer.stop_loss is not None
    assert answer.take_profit is not None
    distance = snapshot.ticker.last - answer.stop_loss
    assert distance == Decimal("1.5") * Decimal(str(snapshot.indicators.atr))
    assert answer.take_profit - snapshot.ticker.last == distance * RULES.reward_risk


@pytest.mark.parametrize(
    ("closes", "reason"),
    [
        ([40_000] * 120, FlatReason.NO_SETUP),
        ([40_000 + 100 * bar for bar in range(120)], FlatReason.CONFLICT),
        ([60_000 - 100 * bar for bar in range(120)], FlatReason.CONFLICT),
        (_saw(100)[:-6] + [_saw(100)[-7] - 60 * bar for bar in range(6)], FlatReason.NO_SETUP),
    ],
    ids=["no movement", "stretched up", "stretched down", "trend without setup"],
)
def test_it_stays_flat_without_a_setup(closes: list[int], reason: FlatReason) -> None:
    answer = _answer(closes)
    assert (answer.action, answer.flat_reason, answer.p_up) == (Action.FLAT, reason, 50)


def test_averages_against_the_directional_indicators_are_no_trend() -> None:
    closes = _saw(100)[:-12] + [_saw(100)[-13] - 150 * bar for bar in range(12)]
    answer = _answer(closes)
    assert answer.flat_reason is FlatReason.NO_SETUP
    assert answer.regime is Regime.TREND_DOWN


def test_it_claims_no_edge() -> None:
    answer = _answer(_saw(100))
    assert DISCLAIMER in answer.reasons
    assert answer.probabilities is not None
    win, loss = answer.probabilities.tp_first, answer.probabilities.sl_first
    assert win * RULES.reward_risk == pytest.approx(loss, abs=2)


def test_it_abstains_with_too_few_bars() -> None:
    snapshot = builders.snapshot()
    short = replace(snapshot, candles=snapshot.candles[-49:])
    answer = analyse(short, RULES)
    assert answer == Abstention(AbstentionCode.DATA_TOO_SHORT, "49 bars, 50 needed")


def test_levels_below_zero_are_doubted() -> None:
    rules = TechnicalRules(stop_atr=Decimal(1_000))
    answer = _answer(_saw(100), rules)
    assert answer.flat_reason is FlatReason.DATA_DOUBT


@given(seed=st.integers(0, 10_000))
def test_the_same_snapshot_gets_the_same_answer(seed: int) -> None:
    snapshot = _market(builders.walk(120, seed=seed))
    assert analyse(snapshot, RULES) == analyse(snapshot, RULES)


@given(seed=st.integers(0, 10_000))
def test_every_trade_it_proposes_is_a_valid_signal(seed: int) -> None:
    snapshot = _market(builders.walk(120, seed=seed))
    answer = analyse(snapshot, RULES)
    assert isinstance(answer, Analysis)
    if answer.action is not Action.FLAT:
        assert isinstance(validate(answer, snapshot, SignalRules()), Signal)


@pytest.mark.parametrize(
    "changes",
    [
        {"fast_period": 50},
        {"fast_period": 0},
        {"breakout_period": 0},
        {"stop_atr": Decimal(0)},
        {"reward_risk": Decimal(-1)},
        {"horizon_bars": 2},
        {"no_touch_percent": 101},
        {"lean_points": 50},
    ],
)
def test_senseless_rules_are_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(InvariantError):
        TechnicalRules(**changes)

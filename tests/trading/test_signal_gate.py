"""What forbids one trade: the formulas. Every refusal itself is in test_every_limit.py."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.trading import builders
from tests.trading.builders import NOW
from trading.analysis import Analysis
from trading.costs import Costs
from trading.limits import RiskLimits, RiskPolicy
from trading.positions import Direction
from trading.reasons import Reason
from trading.signal_gate import check_signal, net_reward_risk
from trading.signals import Signal, SignalRules, validate
from trading.snapshot import MarketSnapshot

FREE = Costs(Decimal(0), Decimal(0), Decimal(0))
MARKET = builders.snapshot_at_40000()
BOOK = {"last": 0, "mark": 0, "bid": -1, "ask": 1}


def test_net_reward_risk_without_costs_is_the_plain_one() -> None:
    assert net_reward_risk(builders.signal(), FREE) == builders.signal().reward_risk == 2


@given(shift=st.integers(1, 150), level=st.sampled_from(["stop_loss", "take_profit", "market"]))
def test_moving_any_price_moves_what_is_earned_per_loss(shift: int, level: str) -> None:
    """The check of analysis.md §6.3: reward to risk is measured, not read from the answer."""
    answer, market = builders.long_analysis(), MARKET
    if level == "market":
        moved = {name: Decimal(40_000 + side - shift) for name, side in BOOK.items()}
        market = replace(MARKET, ticker=replace(MARKET.ticker, **moved))
    else:
        answer = replace(answer, **{level: getattr(answer, level) - shift})
    before = net_reward_risk(_signal(builders.long_analysis(), MARKET), Costs())
    after = net_reward_risk(_signal(answer, market), Costs())
    # A lower entry is nearer to the stop; a lower stop risks more, a lower target earns less.
    assert (after > before) if level == "market" else (after < before)


@pytest.mark.parametrize(("needed", "passes"), [("1.54", True), ("1.55", False)])
def test_the_limit_looks_at_what_is_left_after_costs(needed: str, passes: bool) -> None:
    # Two to one before costs; 727 USDT earned for 472 lost after them.
    limits = replace(RiskLimits(), minimum_reward_risk=Decimal(needed))
    policy = RiskPolicy(limits, Costs(Decimal("0.00055"), Decimal(2), Decimal(5)))
    refused = check_signal(builders.signal(), builders.instrument(), policy, now=NOW)
    assert (refused is None) is passes
    assert refused is None or refused.reason is Reason.RISK_REWARD_RISK


@pytest.mark.parametrize(
    ("swing_lows", "stop", "passes"),
    [
        ((), 39_900, True),  # a bar of 100 away, and the half of the spread
        ((), 39_902, False),
        ((39_950.0,), 39_945, True),  # half a bar away, behind the last swing
        ((39_950.0,), 39_950, False),
        ((39_950.0, 39_930.0), 39_945, False),  # before the newest
        ((39_950.0, 40_100.0), 39_945, True),  # a low above the market covers nothing
    ],
)
def test_a_stop_too_near_is_refused_from_the_answer_on(
    swing_lows: tuple[float, ...], stop: int, passes: bool
) -> None:
    market = replace(MARKET, indicators=replace(MARKET.indicators, swing_lows=swing_lows))
    answer = builders.long_analysis(stop_loss=Decimal(stop))
    limits = replace(RiskLimits(), minimum_reward_risk=Decimal(0))
    found = check_signal(
        _signal(answer, market), builders.instrument(), RiskPolicy(limits, FREE), now=NOW
    )
    assert (found is None) is passes
    assert found is None or found.reason is Reason.RISK_STOP_TOO_NEAR


def test_a_short_is_covered_by_the_swing_above() -> None:
    readings = replace(MARKET.indicators, swing_highs=(40_040.0, 39_000.0), swing_lows=(1.0,))
    signal = _signal(builders.short_analysis(), replace(MARKET, indicators=readings))
    assert signal.direction is Direction.SHORT
    assert signal.conditions is not None
    assert signal.conditions.swing == 40_040


def _signal(answer: Analysis, market: MarketSnapshot) -> Signal:
    signal = validate(answer, market, SignalRules())
    assert isinstance(signal, Signal), signal
    return signal

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.trading import builders
from tests.trading.builders import NOW
from trading.analysis import Action, Analysis, FlatReason
from trading.conditions import Conditions
from trading.errors import InvariantError
from trading.positions import Direction
from trading.reasons import Reason, Refused
from trading.signals import Signal, SignalRules, executable_price, validate

MARKET = builders.snapshot_at_40000()
RULES = SignalRules()


def test_a_valid_long_becomes_a_signal_at_the_ask() -> None:
    assert validate(builders.long_analysis(), MARKET, RULES) == Signal(
        symbol="BTCUSDT",
        direction=Direction.LONG,
        entry_price=Decimal(40_001),
        stop_loss=Decimal(39_801),
        take_profit=Decimal(40_401),
        spread_bps=Decimal("0.5"),
        created_at=NOW,
        analyst="someone 1",
        horizon_bars=24,
        snapshot_hash=MARKET.hash,
        conditions=Conditions(
            funding_rate=Decimal("0.0001"),
            next_funding_at=MARKET.ticker.next_funding_at,
            funding_interval=timedelta(hours=8),
            horizon=timedelta(hours=24),
            atr_fraction=Decimal("0.0025"),
        ),
    )


def test_a_valid_short_becomes_a_signal_at_the_bid() -> None:
    signal = validate(builders.short_analysis(), MARKET, RULES)
    assert isinstance(signal, Signal)
    assert (signal.entry_price, signal.reward_risk) == (Decimal(39_999), Decimal(2))


def _refusal(analysis: Analysis, **changes: Any) -> Refused:
    result = validate(analysis, replace(MARKET, **changes), RULES)
    assert isinstance(result, Refused)
    return result


def test_a_flat_answer_is_no_signal() -> None:
    flat = builders.long_analysis(
        action=Action.FLAT,
        stop_loss=None,
        take_profit=None,
        horizon_bars=None,
        probabilities=None,
        flat_reason=FlatReason.CONFLICT,
    )
    assert _refusal(flat) == Refused(Reason.ANALYST_FLAT, "flat: conflict")


def test_an_action_outside_the_allowed_set_is_refused() -> None:
    refused = _refusal(builders.long_analysis(), allowed_actions=(Action.FLAT,))
    assert refused == Refused(Reason.SIGNAL_NOT_ALLOWED, "long is not one of flat")


@pytest.mark.parametrize(
    ("analysis", "reason"),
    [
        (builders.long_analysis(stop_loss=Decimal(40_100)), Reason.SIGNAL_STOP_SIDE),
        (builders.long_analysis(stop_loss=Decimal(39_999)), Reason.SIGNAL_STOP_SIDE),
        (builders.long_analysis(take_profit=Decimal(40_001)), Reason.SIGNAL_STOP_SIDE),
        (builders.short_analysis(stop_loss=Decimal(40_001)), Reason.SIGNAL_STOP_SIDE),
        (builders.short_analysis(take_profit=Decimal(40_300)), Reason.SIGNAL_STOP_SIDE),
        (builders.long_analysis(stop_loss=Decimal(39_952)), Reason.SIGNAL_STOP_DISTANCE),
        (builders.long_analysis(stop_loss=Decimal(39_500)), Reason.SIGNAL_STOP_DISTANCE),
        (builders.long_analysis(take_profit=Decimal(41_502)), Reason.SIGNAL_TARGET_DISTANCE),
        (builders.long_analysis(p_up=29), Reason.SIGNAL_PROBABILITIES),
        (builders.short_analysis(p_up=71), Reason.SIGNAL_PROBABILITIES),
    ],
)
def test_levels_and_words_that_make_no_sense_are_refused(
    analysis: Analysis, reason: Reason
) -> None:
    assert _refusal(analysis).reason is reason


@pytest.mark.parametrize(
    "analysis",
    [
        builders.long_analysis(stop_loss=Decimal(39_951)),
        builders.long_analysis(stop_loss=Decimal(39_501)),
        builders.long_analysis(take_profit=Decimal(41_501)),
        builders.long_analysis(p_up=30),
        builders.short_analysis(p_up=70),
        builders.long_analysis(probabilities=None),
    ],
)
def test_the_edges_of_the_allowed_ranges_pass(analysis: Analysis) -> None:
    assert isinstance(validate(analysis, MARKET, RULES), Signal)


@pytest.mark.parametrize("price", ["last", "mark"])
def test_levels_must_lie_outside_every_price_that_may_trigger_them(price: str) -> None:
    ticker = replace(MARKET.ticker, **{price: Decimal(39_800)})
    refused = _refusal(builders.long_analysis(), ticker=ticker)
    assert refused.reason is Reason.SIGNAL_STOP_SIDE


@pytest.mark.parametrize("atr", [None, 0.0])
def test_without_a_range_no_distance_can_be_judged(atr: float | None) -> None:
    refused = _refusal(builders.long_analysis(), indicators=replace(MARKET.indicators, atr=atr))
    assert refused == Refused(Reason.SIGNAL_STOP_DISTANCE, "no ATR to measure the stop with")


@pytest.mark.parametrize(
    ("make", "stop", "target"),
    [(builders.long_analysis, "39801.5", "40401"), (builders.short_analysis, "40199", "39599.5")],
)
def test_rounding_to_ticks_never_flatters(make: Any, stop: str, target: str) -> None:
    shift = Decimal("0.3")
    stated = make()
    analysis = replace(
        stated, stop_loss=Decimal(stop) + shift, take_profit=Decimal(target) + shift
    )
    signal = validate(analysis, MARKET, RULES)
    assert isinstance(signal, Signal)
    exact = abs(analysis.take_profit - signal.entry_price) / abs(
        analysis.stop_loss - signal.entry_price
    )
    assert signal.reward_risk < exact
    assert len(signal.adjustments) == 2


def test_adjustments_name_the_stated_and_the_rounded_level() -> None:
    analysis = builders.long_analysis(stop_loss=Decimal("39801.3"))
    signal = validate(analysis, MARKET, RULES)
    assert isinstance(signal, Signal)
    assert signal.adjustments == ("stop_loss 39801.3 rounded to 39801.0",)


@given(
    stop=st.integers(1, 80_000), target=st.integers(1, 80_000), action=st.sampled_from(["l", "s"])
)
def test_no_signal_has_its_entry_outside_its_levels(stop: int, target: int, action: str) -> None:
    make = builders.long_analysis if action == "l" else builders.short_analysis
    analysis = make(stop_loss=Decimal(stop), take_profit=Decimal(target))
    result = validate(analysis, MARKET, RULES)
    if isinstance(result, Signal):
        below, above = sorted((result.stop_loss, result.take_profit))
        assert below < result.entry_price < above
        assert Decimal(50) <= result.risk_per_unit <= Decimal(500)


@given(shift=st.integers(1, 100))
def test_moving_a_level_or_the_market_moves_the_reward_to_risk(shift: int) -> None:
    base = builders.signal()
    further_target = replace(base, take_profit=base.take_profit + shift)
    further_stop = replace(base, stop_loss=base.stop_loss - shift)
    higher_entry = replace(base, entry_price=base.entry_price + shift)
    assert further_target.reward_risk > base.reward_risk
    assert further_stop.reward_risk < base.reward_risk
    assert higher_entry.reward_risk < base.reward_risk


@pytest.mark.parametrize(
    "changes",
    [
        {"stop_loss": Decimal(40_000)},
        {"take_profit": Decimal(40_000)},
        {"direction": Direction.SHORT},
        {"entry_price": Decimal(0)},
        {"spread_bps": Decimal(-1)},
    ],
)
def test_signals_with_crossed_levels_cannot_be_built(changes: dict[str, Any]) -> None:
    with pytest.raises(InvariantError):
        builders.signal(**changes)


def test_a_market_order_pays_the_ask_or_gets_the_bid() -> None:
    ticker = builders.ticker(taken_at=NOW - timedelta(seconds=1))
    assert executable_price(Direction.LONG, ticker) == ticker.ask
    assert executable_price(Direction.SHORT, ticker) == ticker.bid


@pytest.mark.parametrize(
    "changes",
    [
        {"minimum_stop_atr": Decimal(6)},
        {"minimum_stop_atr": Decimal(0)},
        {"maximum_target_atr": Decimal(0)},
    ],
)
def test_rules_that_allow_nothing_are_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(InvariantError):
        SignalRules(**changes)

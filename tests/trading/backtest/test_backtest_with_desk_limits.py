"""With the limits of the live desk every entry is what `trading.risk.review` approves."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from tests.trading.backtest.backtest_builders import flat, market, series, signals
from tests.trading.builders import NOW, account, instrument, signal
from trading.backtest.account_rules import AccountRules
from trading.backtest.exit_rules import ExitRules, Opposite
from trading.backtest.market import Filters, Market
from trading.backtest.records import Backtest
from trading.backtest.rules import CostRules, Rules
from trading.backtest.run import run
from trading.limits import RiskLimits, RiskPolicy
from trading.reasons import Refused
from trading.risk import Approved, review

PRICE, STOP, TARGET = 40_000, 39_600, 40_800


def backtest(policy: RiskPolicy, *entries: int) -> Backtest:
    """A long at each of these bars of a market that stands still, with the desk's limits."""
    rules = Rules(
        exits=ExitRules(opposite=Opposite.KEEP),
        costs=CostRules.of(policy.costs),
        account=AccountRules(initial_equity_usdt=10_000.0),
        desk=policy,
    )
    wishes = signals(
        6,
        *((bar, 1) for bar in entries),
        stop=dict.fromkeys(entries, float(STOP)),
        target=dict.fromkeys(entries, float(TARGET)),
    )
    quiet = [flat(float(PRICE))] * 6
    filters = {"BTCUSDT": Filters.of(instrument())}
    return run(market(*quiet, filters=filters), [wishes], rules)


def live(policy: RiskPolicy) -> Approved | Refused:
    """What the desk would say to the same trade."""
    return review(
        signal(spread_bps=Decimal(0)), account(), instrument(), policy, link_id="x", now=NOW
    )


LIMITS = [
    RiskLimits(),
    RiskLimits(risk_fraction_per_trade=Decimal("0.003")),
    RiskLimits(max_symbol_exposure_fraction=Decimal("0.25")),
    RiskLimits(max_leverage=Decimal(1)),
    RiskLimits(max_daily_loss_fraction=Decimal("0.004")),
]


@pytest.mark.parametrize("limits", LIMITS)
def test_the_quantity_is_that_of_the_live_review(limits: RiskLimits) -> None:
    policy = RiskPolicy(limits)
    approved = live(policy)
    assert isinstance(approved, Approved)

    trades = backtest(policy, 0).trades

    assert list(trades.quantity) == [float(approved.order.quantity)]


def test_a_balance_is_read_once_for_all_entries_of_a_moment() -> None:
    policy = RiskPolicy(RiskLimits(risk_fraction_per_trade=Decimal("0.003")))
    rules = Rules(costs=CostRules.of(policy.costs), desk=policy)
    wish = signals(6, (0, 1), stop={0: float(STOP)}, target={0: float(TARGET)})
    quiet = series([flat(float(PRICE))] * 6)
    fine = replace(Filters.of(instrument()), quantity_step=1e-6)
    both = Market(
        (quiet, replace(quiet, symbol="ETHUSDT")),
        filters=dict.fromkeys(("BTCUSDT", "ETHUSDT"), fine),
    )

    trades = run(both, [wish, replace(wish, symbol="ETHUSDT")], rules).trades

    # The fee of the first is above 1 USDT: were it missing already, the second would be less.
    first, second = trades.quantity
    assert first == second


REFUSALS = [
    RiskLimits(minimum_reward_risk=Decimal(3)),
    RiskLimits(max_open_positions=0),
    RiskLimits(max_entries_per_day=0),
    RiskLimits(liquidation_stop_distances=Decimal(200)),
    RiskLimits(risk_fraction_per_trade=Decimal("0.00001")),
]


@pytest.mark.parametrize("limits", REFUSALS)
def test_a_refusal_is_that_of_the_live_review(limits: RiskLimits) -> None:
    policy = RiskPolicy(limits)
    refused = live(policy)
    assert isinstance(refused, Refused)

    result = backtest(policy, 0)

    assert result.refused == {refused.reason.value: 1}
    assert len(result.trades) == 0


def test_the_smallest_order_is_traded_where_the_policy_says_so() -> None:
    policy = replace(RiskPolicy(), smallest_only=True)
    approved = live(policy)
    assert isinstance(approved, Approved)

    assert list(backtest(policy, 0).trades.quantity) == [float(approved.order.quantity)]


def test_a_held_symbol_is_not_entered_again() -> None:
    assert backtest(RiskPolicy(), 0, 2).refused == {"risk.position_already_open": 1}


def test_a_symbol_rests_after_its_stop() -> None:
    pause = RiskPolicy(RiskLimits(cooldown_after_stop=timedelta(hours=3)))
    rules = Rules(costs=CostRules.of(pause.costs), desk=pause)
    drop = (PRICE, PRICE, STOP - 100.0, float(PRICE))
    candles = [flat(float(PRICE)), tuple(map(float, drop)), *[flat(float(PRICE))] * 5]
    bars = {bar: float(STOP) for bar in (0, 2, 4)}
    wishes = signals(
        7, *((bar, 1) for bar in bars), stop=bars, target=dict.fromkeys(bars, float(TARGET))
    )
    filters = {"BTCUSDT": Filters.of(instrument())}

    result = run(market(*candles, filters=filters), [wishes], rules)

    assert list(result.trades.entry_bar) == [1, 5]
    assert result.refused == {"risk.cooldown_after_stop": 1}
    assert datetime.fromtimestamp(result.trades.exit_ms[0] / 1000, UTC).hour == 2

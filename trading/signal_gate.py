"""What forbids this one trade, whatever the account: age, spread, levels and the market."""

from datetime import datetime
from decimal import Decimal

from trading.conditions import PlannedLoss, check_conditions
from trading.costs import Costs
from trading.instruments import Instrument
from trading.limits import RiskLimits, RiskPolicy
from trading.reasons import Reason, Refused
from trading.signals import Signal


def check_signal(
    signal: Signal, instrument: Instrument, policy: RiskPolicy, *, now: datetime
) -> Refused | None:
    """None if the signal is fresh, its symbol tradable and its levels worth their costs.

    Exactly at a limit passes.
    """
    return (
        _check_age(signal, policy.limits, now)
        or _check_book(signal, instrument, policy.limits)
        or _check_reward(signal, policy)
        or _check_market(signal, policy.limits, now)
    )


def net_reward_risk(signal: Signal, costs: Costs) -> Decimal:
    """Earned at the target over lost at the stop, both after fees and slippage; may be < 0."""
    direction, entry = signal.direction, signal.entry_price
    return costs.profit_per_unit(direction, entry, signal.take_profit) / costs.loss_per_unit(
        direction, entry, signal.stop_loss
    )


def _check_age(signal: Signal, limits: RiskLimits, now: datetime) -> Refused | None:
    age = now - signal.created_at
    if age <= limits.maximum_signal_age:
        return None
    return Refused(
        Reason.ANALYST_STALE, f"signal is {age} old, {limits.maximum_signal_age} allowed"
    )


def _check_book(signal: Signal, instrument: Instrument, limits: RiskLimits) -> Refused | None:
    if not instrument.is_trading:
        return Refused(Reason.DATA_INSTRUMENT, f"{instrument.symbol} is not trading")
    if signal.spread_bps <= limits.maximum_spread_bps:
        return None
    return Refused(
        Reason.RISK_SPREAD,
        f"spread is {signal.spread_bps:.2f} bps, {limits.maximum_spread_bps} allowed",
    )


def _check_reward(signal: Signal, policy: RiskPolicy) -> Refused | None:
    earned, needed = net_reward_risk(signal, policy.costs), policy.limits.minimum_reward_risk
    if earned >= needed:
        return None
    return Refused(
        Reason.RISK_REWARD_RISK,
        f"earns {earned:.3f} per 1 risked after costs, {needed} needed",
    )


def _check_market(signal: Signal, limits: RiskLimits, now: datetime) -> Refused | None:
    if signal.conditions is None:
        return None
    planned = PlannedLoss(signal.direction, signal.entry_price, signal.stop_loss)
    return check_conditions(signal.conditions, planned, limits, now=now)

"""`Rules` as the numbers the kernel is told."""

from datetime import timedelta
from math import nan

import numpy as np

from trading.backtest.account_rules import AccountRules, Protections
from trading.backtest.exit_rules import (
    INSIDE_BARS,
    MOST_PARTIALS,
    OPPOSITES,
    ExitRules,
    GainUnit,
    TargetGap,
)
from trading.backtest.kernel_values import NEVER, TERMS
from trading.backtest.live_twins.numbers import (
    CostNumbers,
    LimitNumbers,
    cost_numbers,
    limit_numbers,
)
from trading.backtest.market import Market
from trading.backtest.records_in_memory import Records
from trading.backtest.rules import CostRules, Quote, Rules
from trading.limits import CooldownScope

_BPS = 10_000
_MILLISECOND = timedelta(milliseconds=1)
_NO_LIMIT = 1e200
"""A fraction nobody reaches; infinity would make NaN of an empty account."""
_NO_COUNT = 2**31


def make_terms(market: Market, rules: Rules) -> Records:
    """The numbers of `rules`: an array of one record of `TERMS`."""
    desk, costs = rules.desk, _costs(rules.costs)
    fields = _exits(rules.exits) | {
        "size_kind": rules.sizing.kind,
        "size_amount": rules.sizing.amount,
        "is_quoted_at_close": desk is not None or rules.sizing.quoted_at is Quote.LAST_CLOSE,
        "maker": rules.costs.maker_fraction,
        "costs": costs,
        "planned": costs if desk is None else cost_numbers(desk.costs),
        "after_entry": costs._replace(entry_slippage=0.0),
        "target_is_maker": rules.costs.target_is_maker,
        "spread_bps": rules.costs.spread_bps,
        "half_spread_ticks": rules.costs.half_spread_ticks,
        "leverage": rules.account.leverage,
        "maintenance": rules.account.maintenance_fraction,
        "has_brakes": desk is not None or _has_brakes(rules.account),
        "closes_on_brake": rules.account.closes_on_brake,
        "limit_valid_ms": rules.limit_valid_bars * market.interval_ms,
        "needs_stop": _needs_stop(rules),
        "has_protections": rules.account.protections is not None,
        "is_desk": desk is not None,
        "is_smallest_only": desk is not None and desk.smallest_only,
        "limits": _limits(rules.account) if desk is None else limit_numbers(desk.limits),
    }
    terms = np.zeros(1, TERMS)
    for name in TERMS.names or ():
        terms[name] = fields[name]
    return terms


def _costs(costs: CostRules) -> CostNumbers:
    return CostNumbers(
        costs.taker_fraction, costs.entry_slippage_bps / _BPS, costs.exit_slippage_bps / _BPS
    )


def _exits(exits: ExitRules) -> dict[str, object]:
    held = NEVER if exits.held_at_most is None else exits.held_at_most // _MILLISECOND
    return {
        "stop_fraction": _or_nan(exits.stop_fraction),
        "target": _or_nan(exits.target),
        "trailing_distance": _or_nan(exits.trailing_distance),
        "trailing_from": exits.trailing_from,
        "break_even_at": _or_nan(exits.break_even_at),
        "partials": len(exits.partials),
        "partial_gains": _padded([part.gain for part in exits.partials]),
        "partial_portions": _padded([part.portion for part in exits.partials]),
        "gains_in_r": exits.gains_in is GainUnit.R,
        "held_at_most_ms": held,
        "opposite": OPPOSITES.index(exits.opposite),
        "inside_bar": INSIDE_BARS.index(exits.inside_bar),
        "gap_fills_at_target": exits.target_gap is TargetGap.TARGET,
    }


def _padded(numbers: list[float]) -> list[float]:
    return numbers + [nan] * (MOST_PARTIALS - len(numbers))


def _or_nan(value: float | None) -> float:
    return nan if value is None else float(value)


def _needs_stop(rules: Rules) -> bool:
    """Without a stop a risk has no size and a gain in R no unit."""
    in_r = rules.exits.gains_in is GainUnit.R
    return rules.desk is not None or rules.sizing.risk_fraction is not None or in_r


def _has_brakes(account: AccountRules) -> bool:
    limits = (account.max_daily_loss_fraction, account.max_drawdown_fraction)
    return any(limit is not None for limit in limits)


def _limits(account: AccountRules) -> LimitNumbers:
    """The limits of the account; what a backtest does not ask for is out of reach."""
    kept = account.protections or Protections()
    is_on = account.protections is not None
    return LimitNumbers(
        max_open_positions=_count(account.max_open_positions),
        risk_fraction_per_trade=_NO_LIMIT,
        max_symbol_exposure_fraction=_limit(account.max_symbol_exposure_fraction),
        max_total_exposure_fraction=_limit(account.max_total_exposure_fraction),
        max_group_exposure_fraction=_NO_LIMIT,
        max_leverage=account.leverage,
        max_daily_loss_fraction=_limit(account.max_daily_loss_fraction),
        max_drawdown_fraction=_limit(account.max_drawdown_fraction),
        minimum_reward_risk=-_NO_LIMIT,
        maximum_spread_bps=_NO_LIMIT,
        liquidation_stop_distances=0.0,
        max_entries_per_day=_count(account.max_entries_per_day),
        cooldown_ms=kept.cooldown_after_stop // _MILLISECOND,
        cooldown_of_account=kept.cooldown_scope is CooldownScope.ACCOUNT,
        stop_guard_stops=kept.stop_guard_stops,
        stop_guard_window_ms=kept.stop_guard_window // _MILLISECOND if is_on else 0,
        losing_symbol_trades=kept.losing_symbol_trades,
        losing_symbol_window_ms=kept.losing_symbol_window // _MILLISECOND if is_on else 0,
        max_symbol_loss_fraction=_limit(kept.max_symbol_loss_fraction),
        max_funding_risk_fraction=_NO_LIMIT,
        assumed_horizon_ms=0,
        minimum_volatility_fraction=0.0,
        maximum_volatility_fraction=_NO_LIMIT,
        imminent_funding_ms=0,
        max_imminent_funding_fraction=_NO_LIMIT,
        minimum_stop_atr=0.0,
    )


def _count(limit: int | None) -> int:
    return _NO_COUNT if limit is None else limit


def _limit(fraction: float | None) -> float:
    return _NO_LIMIT if fraction is None else float(fraction)

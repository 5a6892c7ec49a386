"""What the twins are told: costs, filters and limits as plain numbers, made once per run.

Prices and amounts in USDT, quantities in the base coin, moments and lengths in milliseconds,
fractions as 0..1, sides +1 for long and -1 for short. Named tuples, because compiled code takes
them as arguments and can make them.
"""

from datetime import timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from trading.backtest.bars import Floats, Integers
from trading.costs import Costs
from trading.limits import CooldownScope, RiskLimits

_MILLISECOND = timedelta(milliseconds=1)
_BPS = Decimal(10_000)


class CostNumbers(NamedTuple):
    """`trading.costs.Costs`: the fee of a side and slippage, as fractions."""

    taker: float
    entry_slippage: float
    exit_slippage: float


class FilterNumbers(NamedTuple):
    """`trading.instruments.Instrument`; `maximum_quantity` is the largest market order."""

    tick: float
    step: float
    minimum_quantity: float
    maximum_quantity: float
    minimum_notional: float
    maximum_leverage: float


class LimitNumbers(NamedTuple):
    """`trading.limits.RiskLimits`, in its words where the unit did not change."""

    max_open_positions: int
    risk_fraction_per_trade: float
    max_symbol_exposure_fraction: float
    max_total_exposure_fraction: float
    max_group_exposure_fraction: float
    max_leverage: float
    max_daily_loss_fraction: float
    max_drawdown_fraction: float
    minimum_reward_risk: float
    maximum_spread_bps: float
    liquidation_stop_distances: float
    max_entries_per_day: int
    cooldown_ms: int
    cooldown_of_account: bool
    stop_guard_stops: int
    stop_guard_window_ms: int
    losing_symbol_trades: int
    losing_symbol_window_ms: int
    max_symbol_loss_fraction: float
    max_funding_risk_fraction: float
    assumed_horizon_ms: int
    minimum_volatility_fraction: float
    maximum_volatility_fraction: float
    imminent_funding_ms: int
    max_imminent_funding_fraction: float
    minimum_stop_atr: float


class DeskNumbers(NamedTuple):
    """All that a desk judges trades of one symbol by."""

    filters: FilterNumbers
    costs: CostNumbers
    limits: LimitNumbers
    smallest_only: bool


class AccountNumbers(NamedTuple):
    """The account as a new trade of one symbol finds it.

    `high_water` is the highest equity, 0 where none is known. `exposure` is the notional of all
    positions, `group_exposure` the largest of the groups the symbol is in (minus infinity: it is
    in none), `is_held` whether the symbol has a position. A backtest has no deposits.
    """

    equity: float
    free_margin: float
    day_start_equity: float
    high_water: float
    open_count: int
    entries_today: int
    exposure: float
    group_exposure: float
    is_held: bool


class EntryNumbers(NamedTuple):
    """A trade to be judged; `price` is what a market entry is quoted at, before slippage."""

    symbol: int
    at_ms: int
    side: int
    price: float
    stop: float
    target: float
    spread_bps: float


class ConditionNumbers(NamedTuple):
    """`trading.conditions.Conditions`: the market a trade would be held in.

    `funding_interval_ms` 0: nothing is known of funding. `horizon_ms` 0: the limits' assumed one.
    `atr_fraction` and `swing` are NaN where unknown.
    """

    funding_rate: float
    next_funding_ms: int
    funding_interval_ms: int
    horizon_ms: int
    atr_fraction: float
    swing: float


class RecentTrades(NamedTuple):
    """Closed trades as columns in the order of their closing; only the first `rows` are valid.

    `pnl` is after fees and funding; `symbol` counts as in `EntryNumbers`.
    """

    closed_ms: Integers
    symbol: Integers
    pnl: Floats
    was_stopped: Integers
    rows: int


class Fitted(NamedTuple):
    """How much may be traded. With a `code` other than 0 nothing may, and the rest is 0.

    `risk` is the worst planned loss, `notional` the value at the quoted price.
    """

    code: int
    quantity: float
    risk: float
    notional: float
    leverage: float


def cost_numbers(costs: Costs) -> CostNumbers:
    """The costs as fractions."""
    return CostNumbers(
        float(costs.taker_fraction),
        float(costs.entry_slippage_bps / _BPS),
        float(costs.exit_slippage_bps / _BPS),
    )


def limit_numbers(limits: RiskLimits) -> LimitNumbers:
    """The limits; each field of the same name is the same number."""
    # By name: of 26 numbers in a row one would end up in another's place.
    same: dict[str, Any] = {
        name: _plain(getattr(limits, name))
        for name in LimitNumbers._fields
        if hasattr(limits, name)
    }
    return LimitNumbers(
        **same,
        cooldown_ms=limits.cooldown_after_stop // _MILLISECOND,
        cooldown_of_account=limits.cooldown_scope is CooldownScope.ACCOUNT,
        stop_guard_window_ms=limits.stop_guard_window // _MILLISECOND,
        losing_symbol_window_ms=limits.losing_symbol_window // _MILLISECOND,
        assumed_horizon_ms=limits.assumed_horizon // _MILLISECOND,
        imminent_funding_ms=limits.imminent_funding // _MILLISECOND,
    )


def _plain(value: Decimal | int) -> float | int:
    return float(value) if isinstance(value, Decimal) else value

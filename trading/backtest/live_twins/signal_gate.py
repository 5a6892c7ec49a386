"""Twin of `trading.signal_gate`: what forbids this one trade, whatever the account.

A backtest decides and acts in one moment, so a signal has no age.
"""

from numba import njit

from trading.backtest.live_twins.codes import REWARD_RISK, SPREAD
from trading.backtest.live_twins.conditions import check_conditions
from trading.backtest.live_twins.costs import loss_per_unit, profit_per_unit
from trading.backtest.live_twins.numbers import (
    ConditionNumbers,
    CostNumbers,
    EntryNumbers,
    LimitNumbers,
)
from trading.backtest.live_twins.ties import at_least, at_most


@njit(cache=True, nogil=True)
def check_signal(
    entry: EntryNumbers, conditions: ConditionNumbers, costs: CostNumbers, limits: LimitNumbers
) -> int:
    """0 if the levels are worth their costs and the market suits them; at a limit it passes."""
    if not at_most(entry.spread_bps, limits.maximum_spread_bps):
        return SPREAD
    if not at_least(net_reward_risk(entry, costs), limits.minimum_reward_risk):
        return REWARD_RISK
    return check_conditions(entry, conditions, limits)


@njit(cache=True, nogil=True)
def net_reward_risk(entry: EntryNumbers, costs: CostNumbers) -> float:
    """Earned at the target over lost at the stop, both after fees and slippage; may be < 0."""
    earned = profit_per_unit(entry.side, entry.price, entry.target, costs)
    return earned / loss_per_unit(entry.side, entry.price, entry.stop, costs)

"""What slippage cost: how much worse the trades filled than at the prices that made them."""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from trading.backtest.bars import Floats
from trading.backtest.market import Market
from trading.backtest.ran import Ran
from trading.backtest.records import ExitReason
from trading.backtest.rules import CostRules
from trading.metrics.figures import Figure, Unit, said_or

_BPS = 10_000.0

MEANINGS: Mapping[str, str] = MappingProxyType(
    {
        "slippage": "What half the spread and the slippage took of the gross result.",
        "slippage_share": "Slippage over what the trades earned before all costs.",
    }
)
"""What each figure says, for the reader of a report."""


def slippage_figures(ran: Ran) -> dict[str, Figure]:
    """The slippage of all trades in USDT, and as a share of what they earned before all costs."""
    total = float(slippage_usdt(ran).sum())
    earned = float(ran.backtest.trades.gross.sum()) + total
    share = total / earned if earned > 0 else None
    return {
        "slippage": Figure(total, Unit.USDT),
        "slippage_share": said_or(share, Unit.FRACTION, "nothing was earned before costs"),
    }


def slippage_usdt(ran: Ran) -> Floats:
    """What each trade lost to slippage in USDT, shape (n_trades,), 0 or more.

    Exact for entries, within a tick for exits, whose fill was rounded to the grid. A trade that
    was left in parts counts as if all had left as its last part did.
    """
    paid: Floats = _at_entries(ran) + _at_exits(ran)
    return paid


def _at_entries(ran: Ran) -> Floats:
    """Above 0 for market orders alone: a limit order fills at the open or at a better price."""
    trades, opens = ran.backtest.trades, ran.market.grid.open
    worse = trades.entry_price - opens[trades.entry_bar, trades.symbol]
    paid: Floats = trades.quantity * np.maximum(trades.side * worse, 0.0)
    return paid


def _at_exits(ran: Ran) -> Floats:
    """By the fill p (1 - s) ∓ h of a trigger p, with s the slippage and h half the spread."""
    trades, costs = ran.backtest.trades, ran.rules.costs
    slipped = costs.exit_slippage_bps / _BPS
    away = costs.half_spread_ticks * _ticks(ran.market)[trades.symbol]
    quoted = trades.exit_price / (1 - trades.side * slipped)
    each = trades.side * (quoted - trades.exit_price) + away
    paid: Floats = np.where(_slips(trades.reason, costs), trades.quantity * each, 0.0)
    return paid


def _slips(reasons: NDArray[np.int8], costs: CostRules) -> NDArray[np.bool_]:
    """Whether the exit was a market order: not what is still held, nor what was liquidated."""
    held_or_lost = [int(ExitReason.OPEN_AT_END), int(ExitReason.LIQUIDATION)]
    resting = [int(ExitReason.TARGET)] if costs.target_is_maker else []
    return ~np.isin(reasons, [*held_or_lost, *resting])


def _ticks(market: Market) -> Floats:
    """The tick size of each symbol in USDT, 0 where it is unknown."""
    known = market.filters
    return np.array([known[one].tick_size if one in known else 0.0 for one in market.symbols])

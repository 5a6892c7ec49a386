"""Since when an account traded no more, because it had fallen as deep as its limits allow."""

from datetime import UTC, datetime

import numpy as np

from trading.backtest.ran import Ran
from trading.backtest.rules import Rules
from trading.metrics.drawdowns import underwater

_NOISE = 1e-9
"""So near to the limit counts as at it, as the engine's brake judges."""


def stopped_at(ran: Ran) -> datetime | None:
    """The close of the bar after which nothing was entered any more; None if that never came."""
    limit, backtest = _deepest_allowed(ran.rules), ran.backtest
    if limit is None:
        return None
    depth = underwater(backtest.equity, initial_equity=backtest.initial_equity)
    fallen = np.flatnonzero(depth >= limit - _NOISE)
    if not len(fallen):
        return None
    return datetime.fromtimestamp(int(backtest.at_ms[fallen[0]]) / 1000, UTC)


def _deepest_allowed(rules: Rules) -> float | None:
    """Fall from the highest equity as a fraction; None is no limit."""
    if rules.desk is not None:
        return float(rules.desk.limits.max_drawdown_fraction)
    return rules.account.max_drawdown_fraction

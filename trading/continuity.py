"""Whether fills that arrive one by one continue what is known, or some in between are missing."""

from collections.abc import Sequence
from decimal import Decimal

from trading.executions import Execution
from trading.round_trips import holdings


def has_gap(known: Sequence[Execution], new: Sequence[Execution]) -> bool:
    """Whether a new fill closes more than the known fills of its symbol opened.

    `known` are the fills of the open position, empty while flat. The exchange says with each fill
    how much of it closed something (`closedSize`). A fill that closes what was opened before the
    first known one is no gap: it makes no position.
    """
    seen = {row.execution_id for row in known}
    fills = list(known)
    for row in sorted(new, key=lambda row: (row.executed_at, row.sequence)):
        if row.execution_id in seen:
            continue
        if 0 < _remaining(fills) < row.closed_quantity:
            return True
        fills.append(row)
    return False


def _remaining(fills: Sequence[Execution]) -> Decimal:
    made = holdings(fills)
    return made[-1].remaining if made else Decimal(0)

"""How long positions stood without a stop, by the exchange's own records alone."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from adapters.bybit import rows_orders, rows_positions
from adapters.bybit.parsing import Row
from trading.executions import Execution
from trading.naked_time import StopInterval, naked_seconds
from trading.orders import Order, StopKind
from trading.round_trips import holdings

_STOPS = frozenset({StopKind.STOP_LOSS, StopKind.TRAILING_STOP, StopKind.STOP})


def longest_naked_seconds(account: Mapping[str, Any], *, until: datetime) -> int:
    """The longest time that one position was not covered by stops, in whole market seconds.

    Rounded up: half a second naked is not nothing. `account` holds the exchange's rows of orders
    and executions; open positions count up to `until`.
    """
    fills = _by_symbol(_executions(account["executions"]))
    stops = _by_symbol(order for order in _orders(account["orders"]) if order.stop_kind in _STOPS)
    times = [
        _naked(holding.executions, stops[symbol], until)
        for symbol, rows in fills.items()
        for holding in holdings(rows)
    ]
    return max(times, default=0)


def _naked(executions: tuple[Execution, ...], stops: list[Order], until: datetime) -> int:
    intervals = [
        StopInterval(
            since=stop.created_at,
            until=None if stop.status.is_open else stop.updated_at,
            # A stop of quantity 0 covers whatever the position is.
            quantity=stop.quantity or None,
        )
        for stop in stops
    ]
    return math.ceil(naked_seconds(executions, intervals, until=until))


def _executions(rows: Iterable[dict[str, Any]]) -> Iterable[Execution]:
    return (rows_positions.execution(Row(row, "recorded execution")) for row in rows)


def _orders(rows: Iterable[dict[str, Any]]) -> Iterable[Order]:
    return (rows_orders.order(Row(row, "recorded order")) for row in rows)


def _by_symbol(things: Iterable[Any]) -> defaultdict[str, list[Any]]:
    found: defaultdict[str, list[Any]] = defaultdict(list)
    for thing in things:
        found[thing.symbol].append(thing)
    return found

"""The life of an order at the exchange: which report of it is news, and which comes too late.

Reports arrive twice, late and out of order (bybit_v5.md §2.6). An order that has ended never
opens again, and its filled quantity never falls; but it may grow after the end, when a fill raced
with the cancellation (§2.4, "cancel raced with fill").
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from trading.orders import OrderStatus

_ENDS = frozenset(status for status in OrderStatus if not status.is_open)

# An unknown status tells nothing: any may follow it, and it may follow any open one.
_FORWARD = {
    OrderStatus.UNTRIGGERED: {
        OrderStatus.TRIGGERED,
        OrderStatus.NEW,
        OrderStatus.PARTIALLY_FILLED,
        OrderStatus.UNKNOWN,
    },
    OrderStatus.TRIGGERED: {OrderStatus.NEW, OrderStatus.PARTIALLY_FILLED, OrderStatus.UNKNOWN},
    OrderStatus.NEW: {OrderStatus.PARTIALLY_FILLED, OrderStatus.UNKNOWN},
    OrderStatus.PARTIALLY_FILLED: {OrderStatus.UNKNOWN},
    OrderStatus.UNKNOWN: {
        OrderStatus.UNTRIGGERED,
        OrderStatus.TRIGGERED,
        OrderStatus.NEW,
        OrderStatus.PARTIALLY_FILLED,
    },
}

TRANSITIONS: Mapping[OrderStatus, frozenset[OrderStatus]] = MappingProxyType(
    {
        status: frozenset(_FORWARD[status]) | _ENDS if status.is_open else frozenset()
        for status in OrderStatus
    }
)
"""Every legal change of status (bybit_v5.md §2.5); states in between may go unreported."""


@dataclass(frozen=True, slots=True)
class Report:
    """What one report says of an order, as far as it decides about news."""

    status: OrderStatus
    filled_quantity: Decimal
    updated_at: datetime


class News(StrEnum):
    """What a report is to what is stored."""

    NONE = "none"
    REPLACES = "replaces"
    COMPLETES = "completes"


def news_of(stored: Report, reported: Report) -> News:
    """What to do with a report.

    NONE: older, a repetition, or an illegal way back. REPLACES: it is the order now. COMPLETES:
    the order has ended and stays as it ended, but more of it filled than was known.
    """
    fills_more = reported.filled_quantity > stored.filled_quantity
    if not stored.status.is_open:
        is_end = not reported.status.is_open
        return News.COMPLETES if is_end and fills_more else News.NONE
    if not _is_legal(stored.status, reported.status):
        return News.NONE
    is_later = reported.updated_at > stored.updated_at
    if not reported.status.is_open or is_later or fills_more:
        return News.REPLACES
    return News.NONE


def _is_legal(before: OrderStatus, after: OrderStatus) -> bool:
    return after is before or after in TRANSITIONS[before]

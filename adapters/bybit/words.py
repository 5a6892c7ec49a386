"""The words of the wire and ours, both directions (docs "Enums Definitions", 2026-07-24)."""

from collections.abc import Mapping
from types import MappingProxyType

from trading.account import TransactionKind
from trading.candles import Interval
from trading.executions import ExecutionKind
from trading.orders import OrderStatus, OrderType, Side, StopKind, TimeInForce

SIDES: Mapping[str, Side] = MappingProxyType({"Buy": Side.BUY, "Sell": Side.SELL})
SIDE_WORDS: Mapping[Side, str] = MappingProxyType({side: word for word, side in SIDES.items()})

ORDER_TYPE_WORDS: Mapping[OrderType, str] = MappingProxyType(
    {OrderType.MARKET: "Market", OrderType.LIMIT: "Limit"}
)

TIME_IN_FORCE_WORDS: Mapping[TimeInForce, str] = MappingProxyType(
    {
        TimeInForce.GOOD_TILL_CANCELLED: "GTC",
        TimeInForce.IMMEDIATE_OR_CANCEL: "IOC",
        TimeInForce.FILL_OR_KILL: "FOK",
        TimeInForce.POST_ONLY: "PostOnly",
    }
)

INTERVAL_WORDS: Mapping[Interval, str] = MappingProxyType(
    {
        Interval.M1: "1",
        Interval.M5: "5",
        Interval.M15: "15",
        Interval.H1: "60",
        Interval.H4: "240",
        Interval.D1: "D",
    }
)

_ORDER_STATUSES = {
    "New": OrderStatus.NEW,
    "PartiallyFilled": OrderStatus.PARTIALLY_FILLED,
    "Untriggered": OrderStatus.UNTRIGGERED,
    "Triggered": OrderStatus.TRIGGERED,
    "Filled": OrderStatus.FILLED,
    "Cancelled": OrderStatus.CANCELLED,
    "PartiallyFilledCanceled": OrderStatus.CANCELLED,
    "Rejected": OrderStatus.REJECTED,
    "Deactivated": OrderStatus.DEACTIVATED,
}

_STOP_KINDS = {
    "TakeProfit": StopKind.TAKE_PROFIT,
    "PartialTakeProfit": StopKind.TAKE_PROFIT,
    "StopLoss": StopKind.STOP_LOSS,
    "PartialStopLoss": StopKind.STOP_LOSS,
    "TrailingStop": StopKind.TRAILING_STOP,
    "Stop": StopKind.STOP,
}
_NO_STOP = {"", "UNKNOWN", "None"}

_EXECUTION_KINDS = {
    "Trade": ExecutionKind.TRADE,
    "Funding": ExecutionKind.FUNDING,
    "AdlTrade": ExecutionKind.ADL,
    "BustTrade": ExecutionKind.LIQUIDATION,
    "Settle": ExecutionKind.SETTLEMENT,
    "Delivery": ExecutionKind.SETTLEMENT,
}

_TRANSACTION_KINDS = {
    "TRADE": TransactionKind.TRADE,
    "SETTLEMENT": TransactionKind.FUNDING,
    "LIQUIDATION": TransactionKind.LIQUIDATION,
    "ADL": TransactionKind.ADL,
    "TRANSFER_IN": TransactionKind.TRANSFER_IN,
    "TRANSFER_OUT": TransactionKind.TRANSFER_OUT,
    "BONUS": TransactionKind.BONUS,
    "FEE_REFUND": TransactionKind.FEE_REFUND,
}


def order_type(word: str) -> OrderType:
    """Limit or market; a word we do not know is a market order, whose price is not ours."""
    return OrderType.LIMIT if word == "Limit" else OrderType.MARKET


def order_status(word: str) -> OrderStatus:
    """The state of an order; a word we do not know is UNKNOWN and counts as open."""
    return _ORDER_STATUSES.get(word, OrderStatus.UNKNOWN)


def stop_kind(word: str) -> StopKind | None:
    """What a conditional order is for; None for a plain one, OTHER for a word we do not know."""
    return None if word in _NO_STOP else _STOP_KINDS.get(word, StopKind.OTHER)


def execution_kind(word: str) -> ExecutionKind:
    """Why an execution happened; OTHER for a word we do not know."""
    return _EXECUTION_KINDS.get(word, ExecutionKind.OTHER)


def transaction_kind(word: str) -> TransactionKind:
    """What moved money; OTHER for a word we do not know."""
    return _TRANSACTION_KINDS.get(word, TransactionKind.OTHER)

"""What the simulated exchange's own records say, as facts that can be compared.

Read without the gateway's row parsers on purpose: a field that those misread would otherwise be
wrong on both sides and so look right.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from cli.audit.comparison import Book, Facts
from cli.stack.control import moment_of

Row = Mapping[str, Any]

# Words whose meaning is not the word itself in lower case (bybit_v5.md §2.4, §2.5).
_MEANINGS = {
    "": None,
    "UNKNOWN": None,
    "PartiallyFilledCanceled": "cancelled",
    "PartialTakeProfit": "take_profit",
    "PartialStopLoss": "stop_loss",
    "AdlTrade": "adl",
    "BustTrade": "liquidation",
    "Settle": "settlement",
}


def order_book(rows: Iterable[Row]) -> Book:
    """Orders by id, children of positions included."""
    return {row["orderId"]: _order(row) for row in rows}


def execution_book(rows: Iterable[Row]) -> Book:
    """Executions by id, funding included."""
    return {row["execId"]: _execution(row) for row in rows}


def position_book(rows: Iterable[Row]) -> Book:
    """Open positions by symbol and index; flat rows are left out."""
    held = (row for row in rows if Decimal(row["size"]))
    return {f"{row['symbol']}/{row['positionIdx']}": _position(row) for row in held}


def wallet_book(row: Row) -> Book:
    """The wallet under the name of its coin."""
    (coin,) = row["coin"]
    facts = {
        "equity": Decimal(coin["equity"]),
        "wallet balance": Decimal(coin["walletBalance"]),
        "available": Decimal(row["totalAvailableBalance"]),
        "unrealised P&L": Decimal(coin["unrealisedPnl"]),
        "initial margin": Decimal(row["totalInitialMargin"]),
        "maintenance margin": Decimal(row["totalMaintenanceMargin"]),
    }
    return {coin["coin"]: facts}


def _order(row: Row) -> Facts:
    is_limit = row["orderType"] == "Limit"
    return {
        "link id": row["orderLinkId"],
        "parent link id": row["parentOrderLinkId"],
        "symbol": row["symbol"],
        "side": _word(row["side"]),
        "type": _word(row["orderType"]),
        "status": _word(row["orderStatus"]),
        "quantity": Decimal(row["qty"]),
        "filled quantity": Decimal(row["cumExecQty"]),
        # A market order's price is the exchange's slippage limit, not a price of anybody's.
        "price": _price(row["price"]) if is_limit else None,
        "average price": _price(row["avgPrice"]),
        "trigger price": _price(row["triggerPrice"]),
        "stop loss": _price(row["stopLoss"]),
        "take profit": _price(row["takeProfit"]),
        "stop kind": _word(row["stopOrderType"]),
        "reduce only": row["reduceOnly"],
        "position index": row["positionIdx"],
        "created at": _moment(row["createdTime"]),
        "updated at": _moment(row["updatedTime"]),
        "reject reason": "" if row["rejectReason"] == "EC_NoError" else row["rejectReason"],
        "cancel type": "" if row["cancelType"] == "UNKNOWN" else row["cancelType"],
    }


def _execution(row: Row) -> Facts:
    return {
        "order id": row["orderId"],
        "link id": row["orderLinkId"],
        "symbol": row["symbol"],
        "side": _word(row["side"]),
        "kind": _word(row["execType"]),
        "price": Decimal(row["execPrice"]),
        "quantity": Decimal(row["execQty"]),
        "value": Decimal(row["execValue"]),
        "fee": Decimal(row["execFee"]),
        "fee rate": Decimal(row["feeRate"]),
        "is maker": row["isMaker"],
        "closed quantity": Decimal(row["closedSize"]),
        "executed at": _moment(row["execTime"]),
        "sequence": row["seq"],
    }


def _position(row: Row) -> Facts:
    return {
        "direction": "long" if row["side"] == "Buy" else "short",
        "quantity": Decimal(row["size"]),
        "entry price": Decimal(row["avgPrice"]),
        "mark price": Decimal(row["markPrice"]),
        "leverage": Decimal(row["leverage"]),
        "unrealised P&L": Decimal(row["unrealisedPnl"]),
        "stop loss": _price(row["stopLoss"]),
        "take profit": _price(row["takeProfit"]),
        "liquidation price": _price(row["liqPrice"]),
        "updated at": _moment(row["updatedTime"]),
        "sequence": row["seq"],
    }


def _word(word: str) -> str | None:
    """The exchange's word as ours: PartiallyFilled is partially_filled."""
    if word in _MEANINGS:
        return _MEANINGS[word]
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", word).lower()


def _price(text: str) -> Decimal | None:
    """A price; an empty one and 0 both mean none."""
    price = Decimal(text or 0)
    return price if price else None


def _moment(milliseconds: str) -> datetime:
    return moment_of(int(milliseconds))

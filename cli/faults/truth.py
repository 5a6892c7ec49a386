"""What really happened: the simulator's own records as plain values.

Read without the gateway's parsers: what those misread would look right on both sides.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

Row = Mapping[str, Any]

_MOVES = frozenset({"Trade", "AdlTrade", "BustTrade", "Settle", "Delivery"})
_STOPS = frozenset({"StopLoss", "TrailingStop", "Stop", "PartialStopLoss"})
_OPEN = frozenset({"New", "PartiallyFilled", "Untriggered", "Triggered"})


@dataclass(frozen=True, slots=True)
class TrueOrder:
    """One order of the exchange's books; times in market milliseconds."""

    order_id: str
    link_id: str
    parent_id: str
    symbol: str
    side: str
    status: str
    stop_kind: str
    create_type: str
    quantity: Decimal
    filled: Decimal
    reduce_only: bool
    created_ms: int
    updated_ms: int

    @property
    def is_open(self) -> bool:
        """Whether it can still fill."""
        return self.status in _OPEN

    @property
    def is_stop(self) -> bool:
        """Whether it limits the loss of a position."""
        return self.stop_kind in _STOPS


@dataclass(frozen=True, slots=True)
class TrueFill:
    """One execution that moved a position; `signed` is above zero for a purchase."""

    execution_id: str
    order_id: str
    link_id: str
    symbol: str
    kind: str
    signed: Decimal
    price: Decimal
    at_ms: int
    sequence: int


@dataclass(frozen=True, slots=True)
class Truth:
    """Everything that ever happened on one account."""

    now_ms: int
    orders: tuple[TrueOrder, ...]
    fills: tuple[TrueFill, ...]
    executions: tuple[Row, ...]
    positions: tuple[Row, ...]
    transactions: tuple[Row, ...]
    closed_pnl: tuple[Row, ...]
    wallet: Row
    counter_accounts: Mapping[str, Decimal]
    wallets: Mapping[str, Decimal]

    @property
    def held(self) -> dict[str, Decimal]:
        """Signed size of every open position by symbol."""
        sizes = {row["symbol"]: _signed(row["side"], row["size"]) for row in self.positions}
        return {symbol: size for symbol, size in sizes.items() if size}


def truth_of(records: Row) -> Truth:
    """The records of a simulator that has one account."""
    (account,) = records["accounts"].values()
    executions = tuple(sorted(account["executions"], key=lambda row: (row["seq"], row["execId"])))
    return Truth(
        now_ms=int(records["now_ms"]),
        orders=tuple(_orders(account["orders"])),
        fills=tuple(_fill(row) for row in executions if row["execType"] in _MOVES),
        executions=executions,
        positions=tuple(account["positions"]),
        transactions=tuple(account["transactions"]),
        closed_pnl=tuple(account["closed_pnl"]),
        wallet=account["wallet"],
        counter_accounts={
            name: Decimal(value) for name, value in records["counter_accounts"].items()
        },
        wallets={
            name: Decimal(one["wallet"]["coin"][0]["walletBalance"])
            for name, one in records["accounts"].items()
        },
    )


def _orders(rows: Iterable[Row]) -> Iterable[TrueOrder]:
    for row in rows:
        yield TrueOrder(
            order_id=row["orderId"],
            link_id=row["orderLinkId"],
            parent_id=row.get("parentOrderId") or "",
            symbol=row["symbol"],
            side=row["side"],
            status=row["orderStatus"],
            stop_kind=row["stopOrderType"],
            create_type=row["createType"],
            quantity=Decimal(row["qty"]),
            filled=Decimal(row["cumExecQty"]),
            reduce_only=row["reduceOnly"],
            created_ms=int(row["createdTime"]),
            updated_ms=int(row["updatedTime"]),
        )


def _fill(row: Row) -> TrueFill:
    return TrueFill(
        execution_id=row["execId"],
        order_id=row["orderId"],
        link_id=row["orderLinkId"],
        symbol=row["symbol"],
        kind=row["execType"],
        signed=_signed(row["side"], row["execQty"]),
        price=Decimal(row["execPrice"]),
        at_ms=int(row["execTime"]),
        sequence=int(row["seq"]),
    )


def _signed(side: str, quantity: str) -> Decimal:
    return Decimal(quantity) * {"Buy": 1, "Sell": -1, "": 0, "None": 0}[side]

"""Everything that happened on the venue, in order: the truth invariants are measured against."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from heapq import merge
from operator import itemgetter

from exchange_sim.engine.events import (
    AccountEvent,
    Event,
    ExecutionHappened,
    OrderUpdated,
    PositionUpdated,
    TickHappened,
    WalletUpdated,
)
from exchange_sim.engine.model import Execution, Position
from exchange_sim.engine.order_model import Order

Detail = Mapping[str, object]
_Entry = tuple[int, int, AccountEvent]
_sequence = itemgetter(0)


@dataclass(frozen=True, slots=True)
class Happening:
    """One entry: what happened at which market moment to whom; values as the venue keeps them."""

    sequence: int
    at_ms: int
    kind: str
    account: str
    symbol: str
    detail: Detail


class EventLog:
    """Keeps the events of all accounts; they are frozen, so keeping them costs no copy."""

    def __init__(self) -> None:
        self._count = 0
        self._kept: dict[str, list[_Entry]] = {}

    def keep(self, at_ms: int, event: Event) -> None:
        """Add an event of the moment `at_ms`; market ticks are not kept."""
        if not isinstance(event, TickHappened):
            self._count += 1
            self._kept.setdefault(event.account, []).append((self._count, at_ms, event))

    def happenings(self, account: str = "", after: int = 0) -> Iterator[Happening]:
        """The entries of one account (all without one) with a sequence above `after`.

        Orders are told with every change, stops and targets included, so that the time a position
        was without an active stop can be summed to the millisecond.
        """
        wanted = self._kept.values() if not account else [self._kept.get(account, [])]
        for sequence, at_ms, event in merge(*wanted, key=_sequence):
            if sequence > after:
                kind, symbol, detail = _told(event)
                yield Happening(sequence, at_ms, kind, event.account, symbol, detail)


def _told(event: AccountEvent) -> tuple[str, str, Detail]:
    match event:
        case OrderUpdated(order=order):
            return "order", order.symbol, _order(order)
        case ExecutionHappened(execution=fill):
            return "execution", fill.symbol, _execution(fill)
        case PositionUpdated(position=position):
            return "position", position.symbol, _position(position)
        case WalletUpdated(wallet=wallet):
            return "wallet", "", {"balance": wallet.balance, "equity": wallet.equity}


def _execution(fill: Execution) -> Detail:
    return {
        "execId": fill.execution_id,
        "orderId": fill.order_id,
        "orderLinkId": fill.order_link_id,
        "execType": fill.exec_type,
        "side": fill.side,
        "price": fill.price,
        "qty": fill.quantity,
    }


def _position(position: Position) -> Detail:
    return {
        "positionIdx": position.position_idx,
        "side": position.side or "",
        "size": position.size,
        "avgPrice": position.average_price,
        "stopLoss": position.stop_loss or "",
        "takeProfit": position.take_profit or "",
    }


def _order(order: Order) -> Detail:
    return {
        "orderId": order.order_id,
        "orderLinkId": order.link_id,
        "parentOrderId": order.parent_id,
        "positionIdx": order.position_idx,
        "side": order.side,
        "status": order.status,
        "createType": order.create_type,
        "stopOrderType": order.stop_order_type,
        "cancelType": order.cancel_type,
        "rejectReason": order.reject_reason,
        "triggerPrice": order.trigger.price if order.trigger else "",
        "price": order.price if order.price is not None else "",
        "qty": order.quantity,
        "cumExecQty": order.filled_quantity,
        "reduceOnly": order.reduce_only,
    }

"""The orders of one account: everything ever, with an index of those that are still open."""

from collections import defaultdict
from collections.abc import Iterator

from exchange_sim.engine.order_model import Order


class OrderStore:
    """Keeps the present state of each order; link ids stay taken for ever."""

    def __init__(self) -> None:
        self._orders: dict[str, Order] = {}
        self._by_link: dict[str, str] = {}
        self._open: defaultdict[str, dict[str, None]] = defaultdict(dict)

    def put(self, order: Order) -> None:
        """Add an order or replace its former state."""
        self._orders[order.order_id] = order
        if order.link_id:
            self._by_link[order.link_id] = order.order_id
        if order.is_open:
            self._open[order.symbol][order.order_id] = None
        else:
            self._open[order.symbol].pop(order.order_id, None)

    def get(self, order_id: str) -> Order | None:
        """The order in its present state, open or finished."""
        return self._orders.get(order_id)

    def present(self, order: Order) -> Order:
        """The present state of an order seen before."""
        return self._orders[order.order_id]

    def find(self, order_id: str, link_id: str) -> Order | None:
        """The order with this id, or without one with this link id."""
        return self.get(order_id or self._by_link.get(link_id, ""))

    def knows_link(self, link_id: str) -> bool:
        """Whether the link id was ever used."""
        return link_id in self._by_link

    def open(self, symbol: str) -> list[Order]:
        """The open orders of `symbol`, oldest first."""
        return [self._orders[order_id] for order_id in self._open.get(symbol, ())]

    def open_symbols(self) -> list[str]:
        """The symbols that have open orders."""
        return [symbol for symbol, ids in self._open.items() if ids]

    def has_open(self, symbol: str) -> bool:
        """Whether `symbol` has an open order."""
        return bool(self._open.get(symbol))

    def newest_first(self) -> Iterator[Order]:
        """Every order, newest first."""
        return reversed(self._orders.values())

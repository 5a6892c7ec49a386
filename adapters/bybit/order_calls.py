"""Orders: finding them, placing them once, changing and cancelling them."""

from datetime import datetime
from decimal import Decimal

from adapters.bybit import rows_orders
from adapters.bybit.answers import Answer
from adapters.bybit.calls import BybitCalls, build_all
from adapters.bybit.endpoints import Read, Write
from adapters.bybit.paging import unique
from adapters.bybit.parsing import Row, plain
from adapters.bybit.ret_codes import INVALID_PARAMETERS, ORDER_NOT_OPEN
from adapters.bybit.stamping import Note, noted
from trading.checks import require
from trading.errors import ExchangeOutcomeUnknownError, ExchangeRefusedError
from trading.orders import Acknowledgement, Order
from trading.risk import Approved

_ORDERS_PER_PAGE = 50


class OrderCalls(BybitCalls):
    """Requests about orders."""

    def open_orders(self) -> list[Order]:
        """All orders that can still fill, stops and targets of positions included."""
        rows = self._all_rows(
            Read.OPEN_ORDERS, category="linear", settleCoin="USDT", limit=_ORDERS_PER_PAGE
        )
        orders = build_all(rows, rows_orders.order)
        open_orders = [order for order in orders if order.status.is_open]
        return unique(open_orders, lambda order: order.order_id)

    def order_by_link_id(self, symbol: str, link_id: str) -> Order | None:
        """The order with a link id: among recent orders, in the history, behind executions.

        All three are asked (bybit_v5.md §2.8): the first forgets closed orders when the exchange
        restarts, the second is late. None means it is nowhere now; a request still on its way can
        be executed until its receive window has passed.
        """
        for endpoint in (Read.OPEN_ORDERS, Read.ORDER_HISTORY):
            rows = self._rows_of_link_id(endpoint, symbol, link_id)
            if rows:
                return rows[0].build(rows_orders.order)
        executions = self._rows_of_link_id(Read.EXECUTIONS, symbol, link_id)
        if not executions:
            return None
        once = unique(executions, lambda row: row.required_text("execId"))
        return once[0].build(lambda _first: rows_orders.order_from_executions(once))

    def order_history_since(self, since: datetime) -> list[Order]:
        """Orders created from `since` to now that are closed, oldest first, each once."""
        rows = self._rows_since(
            since,
            Read.ORDER_HISTORY,
            category="linear",
            settleCoin="USDT",
            limit=_ORDERS_PER_PAGE,
        )
        orders = build_all(rows, rows_orders.order)
        ordered = sorted(orders, key=lambda order: (order.created_at, order.order_id))
        return unique(ordered, lambda order: order.order_id)

    def place(self, approved: Approved, *, before_leaving: Note | None = None) -> Acknowledgement:
        """Send an approved order with its stop and target, once.

        `before_leaving` is called when no wait is left before the socket; what it raises keeps the
        order back. From that moment the receive window counts, however late the order leaves.

        Raises:
            ExchangeDuplicateError: the link id is taken; look it up, it is ours.
            ExchangeOutcomeUnknownError: look the link id up before sending the same again.
            ExchangeRefusedError, ExchangeHaltedError, ExchangeRetryableError: it does not exist.
        """
        with noted(before_leaving):
            answer = self._session.write(
                Write.PLACE_ORDER, **rows_orders.parameters_of(approved.order)
            )
        return _acknowledgement(answer, approved.order.link_id)

    def amend(
        self,
        symbol: str,
        link_id: str,
        *,
        price: Decimal | None = None,
        quantity: Decimal | None = None,
    ) -> None:
        """Change price or total quantity of a resting order; having them already is a success.

        Raises:
            ExchangeRefusedError: the order is not open any more or the values are not allowed.
        """
        wanted = {"price": price, "qty": quantity}
        changes = {name: plain(value) for name, value in wanted.items() if value is not None}
        require(bool(changes), f"{link_id}: neither price nor quantity given; give at least one")
        try:
            self._session.write(
                Write.AMEND_ORDER,
                category="linear",
                symbol=symbol,
                orderLinkId=link_id,
                **changes,
            )
        except ExchangeRefusedError as error:
            # "order not modified" shares its code with every other invalid parameter, and texts
            # decide nothing: the order itself tells.
            if error.code != INVALID_PARAMETERS or not self._stands(
                symbol, link_id, price=price, quantity=quantity
            ):
                raise

    def cancel(self, symbol: str, link_id: str) -> None:
        """Ask to cancel an order; one that is not open is no error.

        It may have filled meanwhile: look it up to learn how it ended.
        """
        try:
            self._session.write(
                Write.CANCEL_ORDER, category="linear", symbol=symbol, orderLinkId=link_id
            )
        except ExchangeRefusedError as error:
            if error.code not in ORDER_NOT_OPEN:
                raise

    def cancel_left_over(self, symbol: str, order_id: str) -> None:
        """Ask to cancel the order with the exchange's own id; one that is not open is no error.

        For stops and targets that outlived their position: they carry no link id.
        """
        try:
            self._session.write(
                Write.CANCEL_ORDER, category="linear", symbol=symbol, orderId=order_id
            )
        except ExchangeRefusedError as error:
            if error.code not in ORDER_NOT_OPEN:
                raise

    def cancel_entries(self, symbol: str | None = None) -> None:
        """Ask to cancel all plain orders of a symbol, or of all; stops and targets stay.

        Without the filter the exchange would strip the protection of open positions as well.
        """
        scope = {"settleCoin": "USDT"} if symbol is None else {"symbol": symbol}
        self._session.write(Write.CANCEL_ALL, category="linear", orderFilter="Order", **scope)

    def _rows_of_link_id(self, endpoint: Read, symbol: str, link_id: str) -> list[Row]:
        rows = self._rows(endpoint, category="linear", symbol=symbol, orderLinkId=link_id)
        return [row for row in rows if row.text("orderLinkId") == link_id]

    def _stands(
        self, symbol: str, link_id: str, *, price: Decimal | None, quantity: Decimal | None
    ) -> bool:
        order = self.order_by_link_id(symbol, link_id)
        return (
            order is not None
            and order.status.is_open
            and price in {None, order.price}
            and quantity in {None, order.quantity}
        )


def _acknowledgement(answer: Answer, link_id: str) -> Acknowledgement:
    order_id, said = (str(answer.result.get(name, "")) for name in ("orderId", "orderLinkId"))
    if not order_id or said != link_id:
        message = (
            f"place {link_id}: accepted with orderId {order_id!r} and link id {said!r}, which is "
            "not this order's; look the link id up"
        )
        raise ExchangeOutcomeUnknownError(message)
    return Acknowledgement(order_id=order_id, link_id=link_id)

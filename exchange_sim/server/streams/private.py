"""The private socket `/v5/private`: login, and what happens to the account as it happens."""

from collections.abc import Callable
from itertools import count

from exchange_sim.engine.errors import VenueError
from exchange_sim.engine.events import (
    AccountEvent,
    Event,
    ExecutionHappened,
    OrderUpdated,
    PositionUpdated,
    TickHappened,
    WalletUpdated,
)
from exchange_sim.engine.exchange import Exchange
from exchange_sim.engine.vocabulary import ExecType
from exchange_sim.server.messages import compact
from exchange_sim.server.numbers import Row
from exchange_sim.server.rows.execution_rows import execution_push, fast_execution_push
from exchange_sim.server.rows.order_rows import order_push
from exchange_sim.server.rows.position_rows import position_push
from exchange_sim.server.rows.wallet_rows import wallet_row
from exchange_sim.server.streams.login import Login
from exchange_sim.server.streams.session import (
    Message,
    Session,
    arguments,
    echo,
    failure,
    subscription_reply,
)

_ALL_IN_ONE = frozenset({"order", "execution", "execution.fast", "position", "wallet"})
_CATEGORISED = frozenset(
    {"order.linear", "execution.linear", "execution.fast.linear", "position.linear"}
)
# Topics of other products: a client may ask for them, nothing ever comes.
_SILENT = frozenset({"greeks", "dcp.future"})
_TOPICS = _ALL_IN_ONE | _CATEGORISED | _SILENT


class PrivateChannel:
    """Serves every private socket. No topic has an opening snapshot (spec 3.2)."""

    def __init__(self, exchange: Exchange, login: Login) -> None:
        self._exchange = exchange
        self._login = login
        self._members: dict[str, list[Session]] = {}
        self._ids = count(1)
        exchange.subscribe(self._happened)

    def answer(self, session: Session, message: Message) -> None:
        """Handle a login, a ping, a subscription or its end."""
        operations: dict[object, Callable[[Session, Message], None]] = {
            "auth": self._authenticate,
            "ping": self._ping,
            "subscribe": self._subscribe,
            "unsubscribe": self._unsubscribe,
        }
        operation = operations.get(message.get("op"))
        if operation is None:
            session.acknowledge(failure(session, message, "error:invalid op"))
            return
        operation(session, message)

    def undecodable(self, session: Session, text: str) -> None:
        """Refuse a frame that is not a JSON object."""
        problem = f"Failed to decode incoming data:{text[:100]}"
        session.acknowledge(failure(session, {}, problem))

    def leave(self, session: Session) -> None:
        """Forget `session`."""
        if session.key is not None:
            self._members[session.key.account].remove(session)

    def _authenticate(self, session: Session, message: Message) -> None:
        self.leave(session)
        session.key = None
        problem = ""
        try:
            self._login.attempt(session, message)
        except VenueError as refusal:
            problem = refusal.message
        if session.key is not None:
            self._members.setdefault(session.key.account, []).append(session)
        session.acknowledge(
            {
                "success": not problem,
                "ret_msg": problem,
                "op": "auth",
                "conn_id": session.connection_id,
                **echo(message),
            }
        )

    def _ping(self, session: Session, message: Message) -> None:
        session.acknowledge(
            {
                **echo(message),
                "op": "pong",
                "args": [str(self._exchange.now_ms)],
                "conn_id": session.connection_id,
            }
        )

    def _subscribe(self, session: Session, message: Message) -> None:
        topics = [str(topic) for topic in arguments(message)]
        problem = _problem(session, topics)
        if not problem:
            session.topics.update(topics)
        session.acknowledge(subscription_reply(session, message, problem))

    def _unsubscribe(self, session: Session, message: Message) -> None:
        session.topics.difference_update(map(str, arguments(message)))
        session.acknowledge(subscription_reply(session, message))

    def _happened(self, event: Event) -> None:
        if isinstance(event, TickHappened):
            return
        members = self._members.get(event.account)
        if not members:
            return
        for topic, row in _rows(event):
            for session in members:
                for name in session.topics & {topic, f"{topic}.linear"}:
                    session.outbox.put(compact(self._frame(name, row, event)))

    def _frame(self, name: str, row: Row, event: AccountEvent) -> Row:
        """The push under the very name that was subscribed: clients compare it (spec 0.5)."""
        identity = f"{event.account}{next(self._ids):x}"
        if isinstance(event, ExecutionHappened):
            fill = event.execution
            identity = f"{event.account}_{fill.symbol}_{fill.seq}"
        # The fast topic saves bytes: no id (Bybit docs, "Fast Execution").
        head: Row = {} if name.startswith("execution.fast") else {"id": identity}
        return head | {
            "topic": name,
            "creationTime": self._exchange.now_ms,
            "data": [row],
        }


def _rows(event: AccountEvent) -> list[tuple[str, Row]]:
    match event:
        case OrderUpdated(order=order):
            return [("order", order_push(order))]
        case PositionUpdated(position=position):
            return [("position", position_push(position))]
        case WalletUpdated(wallet=wallet):
            return [("wallet", wallet_row(wallet))]
        case ExecutionHappened(execution=execution):
            rows = [("execution", execution_push(execution))]
            if execution.exec_type is ExecType.TRADE:
                rows.append(("execution.fast", fast_execution_push(execution)))
            return rows


def _problem(session: Session, topics: list[str]) -> str:
    """Why nothing of the request can be subscribed; empty if all of it can."""
    if session.key is None:
        return f"error:topic:{topics[0] if topics else ''} needs auth first"
    for topic in topics:
        if topic not in _TOPICS:
            return f"error:handler not found,topic:{topic}"
        if topic in session.topics:
            return f"error:already subscribed,topic:{topic}"
    if _CATEGORISED.intersection(topics) and _ALL_IN_ONE.intersection(topics):
        return "error:categorised and all-in-one topics in one request"
    return "" if topics else "error:no topic in args"

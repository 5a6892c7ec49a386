"""One WebSocket connection: who it is, what it listens to, and its frames out."""

import json
from collections.abc import Mapping, Sequence
from typing import Protocol

from exchange_sim.server.keys import ApiKey
from exchange_sim.server.messages import compact
from exchange_sim.server.numbers import Row
from exchange_sim.server.streams.outbox import Outbox

ACK_DELAY_S = 0.015  # within the 10-20 ms that pybit needs (spec 0.2)
Message = Mapping[str, object]


class Session:
    """The state of one socket."""

    def __init__(self, connection_id: str, outbox: Outbox) -> None:
        self.connection_id = connection_id
        self.outbox = outbox
        self.topics: set[str] = set()
        self.key: ApiKey | None = None

    def acknowledge(self, frame: Row) -> None:
        """Send the answer to a request of this socket, no sooner than clients can bear it."""
        self.outbox.put(compact(frame), delay_s=ACK_DELAY_S)


class Channel(Protocol):
    """What a kind of socket (public, private, trade) does with requests and at its end."""

    def answer(self, session: Session, message: Message) -> None:
        """Handle one request of `session`."""
        ...

    def undecodable(self, session: Session, text: str) -> None:
        """Refuse a frame that is not a JSON object; the socket stays open."""
        ...

    def leave(self, session: Session) -> None:
        """Forget `session`."""
        ...


def receive(channel: Channel, session: Session, text: str) -> None:
    """Hand one incoming frame to its channel."""
    try:
        message = json.loads(text)
    except ValueError:
        message = None
    if isinstance(message, dict):
        channel.answer(session, message)
    else:
        channel.undecodable(session, text)


def echo(message: Message, *, name: str = "req_id") -> Row:
    """The request id as it came, same JSON type, if one came."""
    return {name: message[name]} if name in message else {}


def arguments(message: Message) -> Sequence[object]:
    """The `args` of a request; empty if there are none."""
    args = message.get("args")
    return args if isinstance(args, list) else []


def subscription_reply(session: Session, message: Message, problem: str = "") -> Row:
    """The acknowledgement of a subscription or its end; with a `problem` it failed as a whole."""
    return {
        "success": not problem,
        "ret_msg": problem,
        "conn_id": session.connection_id,
        "req_id": message.get("req_id", ""),
        "op": message.get("op"),
    }


def failure(session: Session, message: Message, problem: str) -> Row:
    """The refusal of a request that is no subscription."""
    return {
        "success": False,
        "ret_msg": problem,
        "conn_id": session.connection_id,
        **echo(message),
        "op": message.get("op", ""),
    }


def pong(session: Session, message: Message) -> Row:
    """The answer to a ping by text on a public socket (spec 1.4)."""
    return {
        "success": True,
        "ret_msg": "pong",
        "conn_id": session.connection_id,
        "req_id": "",
        **echo(message),
        "op": "ping",
    }

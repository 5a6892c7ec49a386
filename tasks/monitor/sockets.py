"""What the monitor needs of a socket, whoever opened it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from trading.pushes import StreamMessage

Unread = Callable[[], StreamMessage]
"""A push that was not looked into yet; reading it raises BadDataError if it makes no sense."""

Deliver = Callable[[Unread], None]
"""Takes pushes in their order, in the socket's own thread: it only hands over."""


class Socket(Protocol):
    """An open connection with its subscriptions."""

    def fault(self) -> str:
        """Why it must be replaced; "" while it is alive."""
        ...

    def close(self) -> None:
        """Give it back."""
        ...


OpenSocket = Callable[[Deliver], Socket]
"""Connects, signs in and subscribes; raises ExchangeError when it cannot."""


@dataclass(frozen=True, slots=True)
class Sockets:
    """How the two sockets of an account are opened."""

    private: OpenSocket
    public: OpenSocket

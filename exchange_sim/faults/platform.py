"""The faults of the platform that reach every socket: restart, and a disconnect nobody announced.

A restart loses only what a real one loses: connections, the finished orders order/realtime still
showed, and the count of updates of the books. Bound to an account, both faults meet its own
sockets only.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from exchange_sim.faults.injection import Activation
from exchange_sim.faults.switchboard import Effect, Switchboard

_SERVICE_RESTART = 1012  # WebSocket close code (RFC 6455 registry, "Service Restart")


class Sockets(Protocol):
    """The open sockets of the exchange."""

    def close_all(self, code: int, account: str | None = None) -> int:
        """Say goodbye with `code` to every socket, or to those of `account`; how many."""
        ...

    def reset_all(self, account: str | None = None) -> int:
        """End every socket, or those of `account`, without a goodbye; how many."""
        ...


@dataclass(frozen=True, slots=True)
class Platform:
    """What a fault of the whole platform disturbs."""

    switchboard: Switchboard
    sockets: Sockets
    restart_books: Callable[[], None]

    def plug_in(self) -> None:
        """Let the platform's faults act from now on."""
        self.switchboard.handle("plat.restart", Effect(self._restart))
        disconnect = Effect(self._disconnect, _nothing)
        self.switchboard.handle("plat.disconnect_unannounced", disconnect)

    def _restart(self, activation: Activation) -> str:
        account = activation.injection.match.account
        closed = self.sockets.close_all(_SERVICE_RESTART, account)
        if account is None:  # books have no owner
            self.restart_books()
        self._also(activation, "rest.realtime_cache_cleared")
        return f"closed {closed} sockets"

    def _disconnect(self, activation: Activation) -> str:
        """Cut everybody off; requests are reset by the HTTP side while the fault is on."""
        cut = self.sockets.reset_all(activation.injection.match.account)
        seconds = str(activation.number("s"))
        self._also(activation, "ws.refuse", for_s=seconds, how="tcp")
        return f"cut {cut} sockets"

    def _also(self, activation: Activation, name: str, **parameters: str) -> None:
        """Switch on a fault that is part of this one, for the same account."""
        account = activation.injection.match.account
        match = {} if account is None else {"account": account}
        self.switchboard.switch_on({"name": name, "parameters": parameters, "match": match})


def _nothing(_activation: Activation) -> None:
    """Who was cut off reconnects by itself."""

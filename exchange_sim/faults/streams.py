"""The stream faults of one exchange: the sockets they watch, and who may open a new one."""

import asyncio
import contextlib
from collections.abc import Callable

from exchange_sim.faults.injection import Activation, FaultEvent
from exchange_sim.faults.streams_aim import Aim
from exchange_sim.faults.streams_socket import LIFE_FAULTS, SocketFaults
from exchange_sim.faults.streams_wire import Surroundings, Wire
from exchange_sim.faults.switchboard import Effect, Switchboard

_PATIENCE_S = 2.0  # how long an answer waits for pushes at most: a client may have stopped reading


class StreamFaults:
    """Every open socket with its faults; `now_ms` is the market clock."""

    def __init__(
        self,
        switchboard: Switchboard,
        *,
        now_ms: Callable[[], int],
        account_of: Callable[[str], str] = lambda _key: "",
    ) -> None:
        self._surroundings = Surroundings(switchboard, now_ms, account_of)
        self._aim = Aim()
        self._open: dict[Wire, SocketFaults] = {}
        for name in LIFE_FAULTS & switchboard.catalogue.keys():
            # Open sockets meet a fault when it is switched on, or when its window begins.
            switchboard.handle(name, Effect(self._meet_all, _nothing))

    @property
    def is_on(self) -> bool:
        """Whether any fault at all is on."""
        return self._surroundings.switchboard.is_on

    def watch(self, wire: Wire) -> SocketFaults:
        """The faults of a socket that has just opened; it meets those that end sockets."""
        faults = self._open[wire] = SocketFaults(wire, self._surroundings, self._aim)
        return faults

    def forget(self, wire: Wire) -> None:
        """The socket has closed."""
        self._open.pop(wire, None)

    def refusal(self, path: str) -> str:
        """How a new socket of `path` is refused: tcp, 502 or timeout; empty if it is welcome."""
        activation = self._claim("ws.refuse", FaultEvent(now_ms=self._now_ms(), path=path))
        return activation.text("how") if activation else ""

    def restarted_book(self, topic: str) -> int | None:
        """The `u` with which the book of `topic` starts anew now; None if it does not."""
        symbol = topic.rpartition(".")[2]
        event = FaultEvent(now_ms=self._now_ms(), topic=topic, symbol=symbol)
        activation = self._claim("ws.snapshot_mid", event)
        return activation.whole("u") if activation else None

    async def before_reply(self, event: FaultEvent) -> None:
        """Hold the HTTP answer to a request until the pushes it caused have left (ws.before_http).

        Pushes are queued while the request is processed, so none is missed. Reads cause none.
        """
        activation = None if event.op == "GET" else self._claim("ws.before_http", event)
        if activation is None:
            return
        wires = [wire for wire in self._open if wire.account == event.account]
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(
                asyncio.gather(*(wire.drained() for wire in wires)), _PATIENCE_S
            )
        await asyncio.sleep(activation.whole("ms") / 1000)

    def _claim(self, name: str, event: FaultEvent) -> Activation | None:
        return self._surroundings.switchboard.claim(name, event)

    def _now_ms(self) -> int:
        return self._surroundings.now_ms()

    def _meet_all(self, _activation: Activation) -> str:
        sockets = list(self._open.values())
        for faults in sockets:
            faults.meet()
        return f"offered to {len(sockets)} open sockets"


def _nothing(_activation: Activation) -> None:
    """Sockets that ended stay ended when the fault is switched off."""

"""A WebSocket as stream faults meet it: what they may do to it, and what happens on it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from exchange_sim.faults.injection import FaultEvent
from exchange_sim.faults.streams_frames import Frame
from exchange_sim.faults.switchboard import Switchboard

PUBLIC_PATH = "/v5/public/"
TRADE_PATH = "/v5/trade"


class Wire(Protocol):
    """One open WebSocket."""

    @property
    def path(self) -> str:
        """The path it was opened with."""
        ...

    @property
    def session_id(self) -> str:
        """The connection id its answers bear."""
        ...

    @property
    def account(self) -> str:
        """Whose socket it is; empty before a login."""
        ...

    async def drained(self) -> None:
        """Return when no frame waits to be written."""
        ...

    def send(self, text: str, delay_s: float = 0.0) -> None:
        """Put a frame on its way, not before `delay_s` from now."""
        ...

    def close(self, code: int) -> None:
        """Say goodbye with `code`."""
        ...

    def reset(self) -> None:
        """End the connection without a goodbye."""
        ...

    def mute(self) -> None:
        """Let no byte in or out any more, and keep the connection."""
        ...


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a socket needs to know of the exchange: its faults, clock, and whose keys are whose."""

    switchboard: Switchboard
    now_ms: Callable[[], int]
    account_of: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Happenings:
    """Turns what happens on one socket into the events that faults are matched with."""

    wire: Wire
    surroundings: Surroundings

    @property
    def switchboard(self) -> Switchboard:
        """Where the faults are switched on."""
        return self.surroundings.switchboard

    def presence(self) -> FaultEvent:
        """The socket is there."""
        return FaultEvent(
            now_ms=self.surroundings.now_ms(), account=self.wire.account, path=self.wire.path
        )

    def push(self, push: Frame) -> FaultEvent:
        """A push is about to be sent."""
        return self._event(push, account=self.wire.account, topic=push.topic)

    def request(self, request: Frame) -> FaultEvent:
        """A request has come; `topic` lists all that it asks for."""
        account = self.wire.account
        texts = [value for value in request.arguments if isinstance(value, str)]
        if request.operation == "auth" and texts:
            account, texts = self.surroundings.account_of(texts[0]), []
        return self._event(request, account=account, topic=",".join(texts))

    def _event(self, frame: Frame, *, account: str, topic: str) -> FaultEvent:
        from_topic = topic.rpartition(".")[2] if self.wire.path.startswith(PUBLIC_PATH) else ""
        return FaultEvent(
            now_ms=self.surroundings.now_ms(),
            account=account,
            path=self.wire.path,
            topic=topic,
            op=frame.operation,
            symbol=frame.figure("symbol", "s") or from_topic,
            side=frame.figure("side", "S"),
            link_id=frame.figure("orderLinkId"),
        )

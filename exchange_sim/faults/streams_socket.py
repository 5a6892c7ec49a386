"""What happens to one socket while stream faults are on: its life, its requests, its frames."""

import asyncio
from collections.abc import Callable

from exchange_sim.faults import streams_pushes
from exchange_sim.faults.injection import Activation, FaultEvent, Injection
from exchange_sim.faults.stream_kinds import STREAM_FAULTS
from exchange_sim.faults.streams_aim import Aim, names_a_frame
from exchange_sim.faults.streams_frames import Frame
from exchange_sim.faults.streams_holding import Holding
from exchange_sim.faults.streams_requests import RequestFaults, close_with
from exchange_sim.faults.streams_wire import PUBLIC_PATH, Happenings, Surroundings, Wire

_STREAM_NAMES = frozenset(kind.name for kind in STREAM_FAULTS)
LIFE_FAULTS = frozenset({"ws.close", "ws.abort", "ws.flap", "ws.half_open"})


class SocketFaults:
    """The faults of one socket; every method is called from the server's event loop."""

    def __init__(self, wire: Wire, surroundings: Surroundings, aim: Aim) -> None:
        self._switchboard = surroundings.switchboard
        self._wire = wire
        self._aim = aim
        self._happenings = Happenings(wire, surroundings)
        self._requests = RequestFaults(wire, self._happenings, aim)
        self._holding = Holding(lambda frame: wire.send(frame.text))
        self._met: set[int] = set()
        self._is_ending = False

    @property
    def is_engaged(self) -> bool:
        """Whether frames and requests of this socket have to pass the faults at all."""
        if self._switchboard.is_on and self._is_concerned():
            return True
        # Plain attributes: this is asked for every frame, and mostly nothing is on.
        return bool(self._holding.late or self._requests.striking)

    def meet(self) -> None:
        """Offer the socket to the faults that end sockets, to each of them once.

        A public socket meets them when it opens, others when they have logged in.
        """
        if self._is_complete:
            self._end_by(self._happenings.presence(), self._is_new)

    async def request(self, text: str, handle: Callable[[], None]) -> None:
        """Let `handle` answer a request, unless a fault refuses it."""
        await self._requests.request(text, handle)
        self.meet()

    def put(self, text: str, delay_s: float) -> None:
        """Send a frame as the faults want it, if they want it."""
        frame = Frame.read(text)
        if frame.topic:
            self._push(frame)
        else:
            self._requests.answer(frame, delay_s)

    async def pace(self, text: str) -> None:
        """Wait as long as a slow wire needs for a frame."""
        activation = self._claim("ws.slow", self._happenings.push(Frame.read(text)))
        if activation is not None:
            await asyncio.sleep(len(text.encode()) / activation.whole("bytes_per_s"))

    def _push(self, push: Frame) -> None:
        self._holding.release_due(push.market_ms)
        event = self._happenings.push(push)
        if self._end_by(event, names_a_frame):
            return
        names = streams_pushes.names_concerning(push)
        strikes = [strike for name in names if (strike := self._claim(name, event))]
        for frame in streams_pushes.disturbed(push, strikes):
            self._hold_or_send(frame, event)

    def _hold_or_send(self, frame: Frame, event: FaultEvent) -> None:
        names = self._holding.names_concerning(frame)
        activation = next((one for name in names if (one := self._claim(name, event))), None)
        if activation is not None:
            self._holding.take(frame, activation)
        else:
            self._wire.send(frame.text)
        if self._switchboard.may_strike({"ws.replay_old"}, event.account):
            self._holding.remember(frame)

    @property
    def _is_complete(self) -> bool:
        """Whether it is known whose socket this is: nobody's, if it is public."""
        return self._wire.path.startswith(PUBLIC_PATH) or bool(self._wire.account)

    def _is_concerned(self) -> bool:
        """Whether a stream fault is on for this account, or may be: the account is still open."""
        may_strike = self._switchboard.may_strike
        return not self._is_complete or may_strike(_STREAM_NAMES, self._wire.account)

    def _claim(self, name: str, event: FaultEvent) -> Activation | None:
        return self._aim.claim(self._switchboard, name, event)

    def _is_new(self, injection: Injection) -> bool:
        is_new = injection.id not in self._met
        self._met.add(injection.id)
        return is_new

    def _end_by(self, event: FaultEvent, only_if: Callable[[Injection], bool]) -> bool:
        """Let the first fault that `event` calls end the socket; whether there is one."""
        if self._is_ending:
            return False
        activation = self._switchboard.claim(LIFE_FAULTS, event, only_if=only_if)
        if activation is not None:
            self._is_ending = True
            self._end(activation)
        return activation is not None

    def _end(self, activation: Activation) -> None:
        later, wire = asyncio.get_running_loop().call_later, self._wire
        match activation.name:
            case "ws.half_open":
                wire.mute()
            case "ws.flap":
                later(activation.whole("period_ms") / 1000, wire.reset)
            case "ws.close":
                wait_s = activation.whole("after_ms") / 1000
                later(wait_s, close_with, wire, activation.whole("code"))
            case _:
                later(activation.whole("after_ms") / 1000, wire.reset)

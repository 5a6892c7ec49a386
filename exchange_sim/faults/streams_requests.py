"""Faults of requests on a socket: refused, answered late, answered falsely or not at all."""

import asyncio
from collections.abc import Callable, Mapping

from exchange_sim.faults.injection import Activation
from exchange_sim.faults.streams_aim import Aim
from exchange_sim.faults.streams_answers import falsified, refusal
from exchange_sim.faults.streams_frames import Frame
from exchange_sim.faults.streams_wire import TRADE_PATH, Happenings, Wire

_NAMES_BY_OPERATION: Mapping[str, tuple[str, ...]] = {
    "auth": ("auth.ws_slow", "auth.ws_reject"),
    "ping": ("ws.no_text_pong",),
    "subscribe": ("ws.sub_fail", "ws.sub_ack_delay", "ws.already_subscribed"),
}
_ORDER_NAMES = (
    "trade.ret",
    "trade.ack_lost",
    "trade.ack_delay",
    "trade.ack_reorder",
    "trade.close_after_accept",
)
_ABNORMAL = frozenset({1005, 1006, 1015})  # codes no close frame may carry: the wire just ends


class RequestFaults:
    """What happens to the requests of one socket and to their answers.

    `striking` are the faults of the request being handled; they may be used up already.
    """

    def __init__(self, wire: Wire, happenings: Happenings, aim: Aim) -> None:
        self._wire = wire
        self._happenings = happenings
        self._aim = aim
        self.striking: Mapping[str, Activation] = {}
        self._held: list[str] = []

    async def request(self, text: str, handle: Callable[[], None]) -> None:
        """Handle one request, or refuse it; `handle` sends its answer through `answer`."""
        request = Frame.read(text)
        if request.operation == "auth" and self._turns_away(request):
            return
        striking = self._strike(request)
        if "auth.ws_slow" in striking:
            await asyncio.sleep(striking["auth.ws_slow"].whole("ms") / 1000)
        for activation in striking.values():
            refused = refusal(activation, request, self._wire)
            if refused is not None:
                self._wire.send(refused.text)
                return
        self.striking = striking
        try:
            handle()
        finally:
            self.striking = {}

    def answer(self, answer: Frame, delay_s: float) -> None:
        """Send the answer to the request being handled, as the faults that strike it want it."""
        told: Frame | None = answer
        for activation in self.striking.values():
            told = falsified(activation, told) if told else None
        closing = self.striking.get("trade.close_after_accept")
        if closing is not None:
            close_with(self._wire, closing.whole("code"))
        if told is not None:
            self._tell(told.text, delay_s)

    def _turns_away(self, request: Frame) -> bool:
        """Refuse a socket to one account: whose it is shows only now, after its opening."""
        strike = self._happenings.switchboard.claim(
            "ws.refuse",
            self._happenings.request(request),
            only_if=lambda injection: injection.match.account is not None,
        )
        if strike is not None and strike.text("how") == "timeout":
            self._wire.mute()
        elif strike is not None:
            self._wire.reset()
        return strike is not None

    def _strike(self, request: Frame) -> Mapping[str, Activation]:
        event = self._happenings.request(request)
        names = names_concerning(request, self._wire.path)
        strikes = (self._aim.claim(self._happenings.switchboard, name, event) for name in names)
        return {strike.name: strike for strike in strikes if strike}

    def _tell(self, text: str, delay_s: float) -> None:
        striking = self.striking
        late = striking.get("ws.sub_ack_delay") or striking.get("trade.ack_delay")
        reorder = striking.get("trade.ack_reorder")
        if late is not None:
            self._tell_late(text, late.whole("ms"))
        elif reorder is not None and not self._held:
            self._held.append(text)
            wait_s = reorder.whole("hold_ms") / 1000
            asyncio.get_running_loop().call_later(wait_s, self._release, 0.0)
        else:
            self._wire.send(text, delay_s)
            self._release(delay_s)

    def _tell_late(self, text: str, late_ms: int) -> None:
        if late_ms == 0:
            self._wire.send(text)  # the race that kills pybit's reader (spec 0.2)
            return
        asyncio.get_running_loop().call_later(late_ms / 1000, self._wire.send, text)

    def _release(self, delay_s: float) -> None:
        held, self._held = self._held, []
        for text in held:
            self._wire.send(text, delay_s)


def names_concerning(request: Frame, path: str) -> tuple[str, ...]:
    """The faults that could act on `request`, sent over the socket of `path`."""
    if path == TRADE_PATH and request.operation.startswith("order."):
        return _ORDER_NAMES
    return _NAMES_BY_OPERATION.get(request.operation, ())


def close_with(wire: Wire, code: int) -> None:
    """Close a socket with `code`; codes that no frame may carry end it without one."""
    if code in _ABNORMAL:
        wire.reset()
    else:
        wire.close(code)

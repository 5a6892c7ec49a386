"""clock.skew: the venue's clock is not where the client's is, or the other way round.

What is skewed is the clock that dates requests and answers: recv_window checks, market/time, the
`time` of envelopes and the header Timenow. The market itself goes on as before.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal

from exchange_sim.faults.injection import Activation
from exchange_sim.faults.switchboard import Effect, Switchboard
from exchange_sim.server.clocks import Clocks
from exchange_sim.server.messages import HttpReply, compact

_MS_PER_MIN = 60_000
_TIME_PATH = "/v5/market/time"


@dataclass(frozen=True, slots=True)
class Skew:
    """One fault that is on, and the wall moment it began."""

    activation: Activation
    began_ms: int

    def offset_ms(self, wall_ms: int) -> int:
        """How far the clock is off now, in ms; positive is ahead."""
        elapsed = wall_ms - self.began_ms
        drift = self.activation.number("drift_ms_per_min") * elapsed / _MS_PER_MIN
        stepped = elapsed >= self.activation.number("step_after_s") * Decimal(1_000)
        step = self.activation.whole("step_ms") if stepped else 0
        return self.activation.whole("ms") + int(drift) + step


class Skews:
    """Keeps the skews that are on and bends the clocks of the server by them."""

    def __init__(self, switchboard: Switchboard, clocks: Clocks) -> None:
        self._wall_ms: Callable[[], int] = clocks.transport_ms
        self._skews: dict[int, Skew] = {}
        clocks.skew_ms = self.offset_ms
        switchboard.handle("clock.skew", Effect(self._start, self._stop))

    def offset_ms(self, account: str) -> int:
        """How far the clock is off for `account`, in ms."""
        if not self._skews:
            return 0
        now_ms = self._wall_ms()
        return sum(
            skew.offset_ms(now_ms)
            for skew in self._skews.values()
            if skew.activation.injection.match.account in {None, account}
        )

    def _start(self, activation: Activation) -> str:
        skew = Skew(activation, self._wall_ms())
        self._skews[activation.injection.id] = skew
        return f"the clock is off by {skew.offset_ms(skew.began_ms)} ms"

    def _stop(self, activation: Activation) -> None:
        self._skews.pop(activation.injection.id, None)


def skewed(reply: HttpReply, path: str, offset_ms: int) -> HttpReply:
    """The answer as a clock that is off by `offset_ms` would have dated it."""
    headers = tuple(
        (name, str(int(value) + offset_ms).encode() if name == b"Timenow" else value)
        for name, value in reply.headers
    )
    if not reply.body.startswith(b"{"):
        return replace(reply, headers=headers)
    content = json.loads(reply.body)
    content["time"] += offset_ms
    if path == _TIME_PATH and content["retCode"] == 0:
        now_ms = int(content["result"]["timeNano"]) // 1_000_000 + offset_ms
        content["result"] = {"timeSecond": str(now_ms // 1_000), "timeNano": f"{now_ms}000000"}
    return replace(reply, body=compact(content).encode(), headers=headers)

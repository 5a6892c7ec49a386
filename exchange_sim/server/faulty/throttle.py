"""http.rate_limit: a limit tighter than the venue's own, with headers clients stumble over."""

from collections.abc import Callable

from exchange_sim.faults.injection import Activation, FaultEvent, Injection
from exchange_sim.server.codes import TOO_MANY_VISITS, WireCode
from exchange_sim.server.gateway import Gateway
from exchange_sim.server.limits import Allowance, RollingWindow
from exchange_sim.server.messages import HttpReply

_SPAN_MS = 1_000
_FAR_MS = 3_600_000


class Throttle:
    """Counts requests per injection, account and path over one second of wall time."""

    def __init__(self, wall_ms: Callable[[], int]) -> None:
        self._wall_ms = wall_ms
        self._windows: dict[tuple[int, str, str], RollingWindow] = {}

    def exceeds(self, injection: Injection, event: FaultEvent) -> bool:
        """Whether this request is one too many; if not, it is counted."""
        limit = int(str(injection.parameters["limit"]))
        if limit == 0:
            return True
        key = (injection.id, event.account, event.path)
        window = self._windows.setdefault(key, RollingWindow(limit, _SPAN_MS))
        return window.take(self._wall_ms()).granted == 0

    def refuse(self, activation: Activation, gateway: Gateway) -> HttpReply:
        """The refusal 10006, its reset time told as the fault says."""
        now_ms, form = self._wall_ms(), activation.text("headers")
        limit = activation.whole("limit")
        resets = {"normal": now_ms + _SPAN_MS, "past": now_ms - _SPAN_MS}
        allowance = Allowance(0, limit, 0, resets.get(form, now_ms + _FAR_MS))
        told = None if form == "missing" else allowance
        return gateway.refusal(WireCode.TOO_MANY_VISITS, TOO_MANY_VISITS, told)

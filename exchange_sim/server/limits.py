"""Request limits: a rolling window per account and endpoint, and one per address (spec 1.2)."""

from collections import deque
from dataclasses import dataclass

ADDRESS_LIMIT = 600
ADDRESS_SPAN_MS = 5_000
_SPAN_MS = 1_000


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a window grants: `granted` of the units asked for, and what the headers tell."""

    granted: int
    limit: int
    remaining: int
    reset_ms: int

    def headers(self) -> list[tuple[str, str]]:
        """The `X-Bapi-Limit` headers of a reply."""
        return [
            ("X-Bapi-Limit", str(self.limit)),
            ("X-Bapi-Limit-Status", str(self.remaining)),
            ("X-Bapi-Limit-Reset-Timestamp", str(self.reset_ms)),
        ]


class RollingWindow:
    """At most `limit` units in any `span_ms`; refused units are not counted."""

    def __init__(self, limit: int, span_ms: int = _SPAN_MS) -> None:
        self.limit = limit
        self._span_ms = span_ms
        self._moments: deque[int] = deque()

    def take(self, now_ms: int, units: int = 1) -> Allowance:
        """Take up to `units`; when some are refused, the reset lies in the future, else it is now.

        A reset in the past would make pybit's sleep raise (spec 0.11).
        """
        while self._moments and self._moments[0] <= now_ms - self._span_ms:
            self._moments.popleft()
        granted = min(units, self.limit - len(self._moments))
        self._moments.extend([now_ms] * granted)
        reset_ms = now_ms if granted == units else self._moments[0] + self._span_ms + 1
        return Allowance(granted, self.limit, self.limit - len(self._moments), reset_ms)


class Limiter:
    """All windows of the server; with `enforced` off everything is granted."""

    def __init__(self, *, enforced: bool) -> None:
        self.requests = 0
        """How many requests addresses made, refused ones among them."""
        self.refused = 0
        """How many of them, and how many units of endpoints, were beyond a limit."""
        self._enforced = enforced
        self._windows: dict[tuple[str, str], RollingWindow] = {}

    def admits_address(self, address: str, now_ms: int) -> bool:
        """Whether `address` is within 600 requests per 5 s."""
        self.requests += 1
        if not self._enforced:
            return True
        window = self._window("", address, ADDRESS_LIMIT, ADDRESS_SPAN_MS)
        return self._count(window.take(now_ms), 1).granted == 1

    def take(self, account: str, path: str, *, limit: int, units: int, now_ms: int) -> Allowance:
        """Take `units` of the endpoint `path` for `account`, whose limit is `limit` per second."""
        if not self._enforced:
            return Allowance(units, limit, limit, now_ms)
        return self._count(self._window(account, path, limit, _SPAN_MS).take(now_ms, units), units)

    def _count(self, allowance: Allowance, units: int) -> Allowance:
        self.refused += units - allowance.granted
        return allowance

    def _window(self, owner: str, name: str, limit: int, span_ms: int) -> RollingWindow:
        key = (owner, name)
        if key not in self._windows:
            self._windows[key] = RollingWindow(limit, span_ms)
        return self._windows[key]

"""When funding is settled and at which rate."""

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from exchange_sim.market.intervals import MINUTE_MS
from exchange_sim.market.values import FundingEvent

# Interest component of 8 hours, what a perpetual without premium pays (spec section 4.3).
DEFAULT_RATE = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class KnownRates:
    """Settlements read from a file, oldest first."""

    ts_ms: tuple[int, ...]
    rates: tuple[Decimal, ...]


NO_RATES = KnownRates((), ())


def constant_rate(ts_ms: int) -> Decimal:
    """The rate where nothing better is known: 0.0001 at every settlement."""
    return DEFAULT_RATE


class Funding:
    """The settlements of one symbol, from its first candle on.

    Between the first and the last settlement of the file: exactly those of the file, whatever
    their spacing. Outside: every `funding_interval_min` minutes of the UTC day at `rate_at`.
    """

    def __init__(
        self,
        symbol: str,
        interval_min: int,
        first_ms: int,
        *,
        known: KnownRates = NO_RATES,
        rate_at: Callable[[int], Decimal] = constant_rate,
    ) -> None:
        self._symbol = symbol
        self._interval_ms = interval_min * MINUTE_MS
        self._first_ms = first_ms
        self._known = known
        self._rate_at = rate_at

    def events(self, after_ms: int, until_ms: int) -> list[FundingEvent]:
        """The settlements in (after, until], oldest first."""
        return [self._event(ts_ms) for ts_ms in self._times(after_ms, until_ms)]

    def latest(self, from_ms: int, until_ms: int, limit: int) -> list[FundingEvent]:
        """The last `limit` settlements in [from, until], newest first."""
        times = self._times(from_ms - 1, until_ms)[-limit:]
        return [self._event(ts_ms) for ts_ms in reversed(times)]

    def next_after(self, now_ms: int) -> FundingEvent:
        """The first settlement after `now_ms`."""
        now_ms = max(now_ms, self._first_ms - 1)
        on_grid = (now_ms // self._interval_ms + 1) * self._interval_ms
        known = self._known.ts_ms
        later = bisect_right(known, now_ms)
        if later == len(known):
            return self._event(on_grid)
        return self._event(min(on_grid, known[0]) if later == 0 else known[later])

    def _times(self, after_ms: int, until_ms: int) -> list[int]:
        after_ms = max(after_ms, self._first_ms - 1)
        known = self._known.ts_ms
        first = (after_ms // self._interval_ms + 1) * self._interval_ms
        grid = range(first, until_ms + 1, self._interval_ms)
        if not known:
            return list(grid)
        listed = known[bisect_right(known, after_ms) : bisect_right(known, until_ms)]
        before = [ts_ms for ts_ms in grid if ts_ms < known[0]]
        return [*before, *listed, *(ts_ms for ts_ms in grid if ts_ms > known[-1])]

    def _is_known_range(self, ts_ms: int) -> bool:
        known = self._known.ts_ms
        return bool(known) and known[0] <= ts_ms <= known[-1]

    def _event(self, ts_ms: int) -> FundingEvent:
        if not self._is_known_range(ts_ms):
            return FundingEvent(ts_ms, self._symbol, self._rate_at(ts_ms))
        index = bisect_right(self._known.ts_ms, ts_ms) - 1
        return FundingEvent(ts_ms, self._symbol, self._known.rates[index])

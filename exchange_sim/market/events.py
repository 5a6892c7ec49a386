"""The stream of ticks and settlements, merged over all symbols."""

from collections.abc import Iterator, Sequence
from operator import attrgetter

from exchange_sim.market.funding import Funding
from exchange_sim.market.grid import decimals
from exchange_sim.market.path import Ticks
from exchange_sim.market.series import Series, ticks_between
from exchange_sim.market.values import FundingEvent, Tick

# Driving candles taken at a time: enough to make array work pay, few enough to stay lazy.
_CHUNK_BARS = 480
_by_time = attrgetter("ts_ms")


def ticks_as_values(symbol: str, ticks: Ticks) -> list[Tick]:
    """`ticks` with Decimal prices, oldest first; the index equals the last price."""
    last = decimals(ticks.last)
    mark = last if ticks.mark is ticks.last else decimals(ticks.mark)
    moments = zip(ticks.ts_ms.tolist(), last, mark, strict=True)
    return [Tick(ts_ms, symbol, price, marked, price) for ts_ms, price, marked in moments]


def merged_events(
    sources: Sequence[tuple[str, Series, Funding]], after_ms: int, until_ms: int
) -> Iterator[Tick | FundingEvent]:
    """Everything in (after, until] by time; at one time in the order of `sources`.

    A settlement comes before its symbol's tick of the same moment: positions open when the
    moment arrives pay, whatever the tick then does to them.
    """
    chunk_ms = _CHUNK_BARS * max(series.interval_ms for _, series, _ in sources)
    while after_ms < until_ms:
        beyond_ms = min(after_ms + chunk_ms, until_ms)
        chunk: list[Tick | FundingEvent] = []
        for symbol, series, funding in sources:
            chunk += funding.events(after_ms, beyond_ms)
            chunk += ticks_as_values(symbol, ticks_between(series, after_ms, beyond_ms))
        # Stable: at the same moment the order of insertion, so of `sources`, is kept.
        chunk.sort(key=_by_time)
        yield from chunk
        after_ms = beyond_ms

"""Settlements while somebody changed their rate, their rhythm or their punctuality."""

from collections.abc import Sequence
from dataclasses import replace

from exchange_sim.market.changes import MarketChange
from exchange_sim.market.funding import Funding
from exchange_sim.market.intervals import MINUTE_MS
from exchange_sim.market.values import FundingEvent

_DAYS_MS = 8 * 86_400_000  # settlements further away than this are not looked for


def changed_events(
    funding: Funding, changes: Sequence[MarketChange], after_ms: int, until_ms: int
) -> list[FundingEvent]:
    """The settlements in (after, until], by the moment they are charged.

    A change counts for the settlements that are scheduled while it is in effect.
    """
    latest_ms = max((_late_ms(change) for change in changes), default=0)
    scheduled = _scheduled(funding, changes, after_ms - latest_ms, until_ms)
    charged = [_charged(event, changes) for event in scheduled]
    return sorted(
        (event for event in charged if after_ms < event.ts_ms <= until_ms),
        key=lambda event: event.ts_ms,
    )


def changed_next(funding: Funding, changes: Sequence[MarketChange], now_ms: int) -> FundingEvent:
    """The first settlement scheduled after `now_ms`, at its changed rate."""
    last_ms = max((change.until_ms or now_ms for change in changes), default=now_ms)
    horizon_ms = max(last_ms, now_ms) + _DAYS_MS
    return _scheduled(funding, changes, now_ms, horizon_ms)[0]


def _scheduled(
    funding: Funding, changes: Sequence[MarketChange], after_ms: int, until_ms: int
) -> list[FundingEvent]:
    rhythms = [change for change in changes if "interval_min" in change.values]
    events = [
        event
        for event in funding.events(after_ms, until_ms)
        if not any(change.covers(event.ts_ms) for change in rhythms)
    ]
    for change in rhythms:
        events += _rhythm(funding, change, after_ms, until_ms)
    return sorted((_rated(event, changes) for event in events), key=lambda event: event.ts_ms)


def _rhythm(
    funding: Funding, change: MarketChange, after_ms: int, until_ms: int
) -> list[FundingEvent]:
    """The settlements of a changed rhythm, each at the rate that was next without it."""
    interval_ms = int(change.values["interval_min"]) * MINUTE_MS
    first_ms = (max(after_ms, change.from_ms - 1) // interval_ms + 1) * interval_ms
    moments = range(first_ms, until_ms + 1, interval_ms)
    return [
        replace(funding.next_after(ts_ms - 1), ts_ms=ts_ms)
        for ts_ms in moments
        if change.covers(ts_ms)
    ]


def _rated(event: FundingEvent, changes: Sequence[MarketChange]) -> FundingEvent:
    for change in changes:
        if "rate" in change.values and change.covers(event.ts_ms):
            event = replace(event, rate=change.values["rate"])
    return event


def _charged(event: FundingEvent, changes: Sequence[MarketChange]) -> FundingEvent:
    late_ms = sum(_late_ms(change) for change in changes if change.covers(event.ts_ms))
    return replace(event, ts_ms=event.ts_ms + late_ms) if late_ms else event


def _late_ms(change: MarketChange) -> int:
    return int(change.values.get("late_ms", 0))

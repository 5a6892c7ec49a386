"""How long positions stood without a stop, by the exchange's own records alone."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from cli.faults.truth import TrueFill, TrueOrder, Truth


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of market milliseconds; `until_ms` is after its last one."""

    since_ms: int
    until_ms: int

    @property
    def seconds(self) -> Decimal:
        """How long it is."""
        return Decimal(self.until_ms - self.since_ms) / 1000


def naked_spans(truth: Truth, symbol: str) -> list[Span]:
    """Every stretch in which `symbol` was held and no stop of it stood.

    A position-wide stop follows the size of its position, so one that stands covers all of it
    (bybit_v5.md §2.5).
    """
    held = _held(fill for fill in truth.fills if fill.symbol == symbol)
    stops = [order for order in truth.orders if order.symbol == symbol and order.is_stop]
    covered = _merged(_stood(stop, truth.now_ms) for stop in stops)
    spans = [
        Span(span.since_ms, truth.now_ms if span.until_ms < 0 else span.until_ms) for span in held
    ]
    return [rest for span in spans for rest in _without(span, covered)]


def longest_naked_seconds(truth: Truth, *, since_ms: int, symbols: Iterable[str]) -> Decimal:
    """The longest of the stretches that ended after `since_ms`; 0 without one."""
    spans = [span for symbol in symbols for span in naked_spans(truth, symbol)]
    return max((span.seconds for span in spans if span.until_ms > since_ms), default=Decimal(0))


def _held(fills: Iterable[TrueFill]) -> list[Span]:
    """When the position was not flat; -1 as the end of one that still is not."""
    spans: list[Span] = []
    size, since = Decimal(0), 0
    for fill in fills:
        before, size = size, size + fill.signed
        if not before and size:
            since = fill.at_ms
        if before and not size:
            spans.append(Span(since, fill.at_ms))
    return [*spans, Span(since, -1)] if size else spans


def _stood(stop: TrueOrder, now_ms: int) -> Span:
    return Span(stop.created_ms, now_ms if stop.is_open else stop.updated_ms)


def _merged(spans: Iterable[Span]) -> list[Span]:
    merged: list[Span] = []
    for span in sorted(spans, key=lambda one: one.since_ms):
        if not merged or span.since_ms > merged[-1].until_ms:
            merged.append(span)
            continue
        last = merged.pop()
        merged.append(Span(last.since_ms, max(last.until_ms, span.until_ms)))
    return merged


def _without(span: Span, covered: Iterable[Span]) -> list[Span]:
    rest: list[Span] = []
    since = span.since_ms
    for cover in covered:
        if cover.until_ms <= since or cover.since_ms >= span.until_ms:
            continue
        if cover.since_ms > since:
            rest.append(Span(since, cover.since_ms))
        since = max(since, cover.until_ms)
    return [*rest, Span(since, span.until_ms)] if since < span.until_ms else rest

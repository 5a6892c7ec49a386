"""Prices, candles and trades as they are while price changes and freezes are in effect."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from exchange_sim.market.changes import ChangeKind, MarketChange
from exchange_sim.market.rows import Bar, Trade
from exchange_sim.market.values import Instrument, Tick

_ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class PriceChanges:
    """The PRICE and FREEZE changes of one symbol."""

    instrument: Instrument
    changes: Sequence[MarketChange]

    def seen_at(self, now_ms: int) -> int:
        """The moment the market shows at `now_ms`: an earlier one while it is frozen."""
        frozen = (
            change.from_ms
            for change in self.changes
            if change.kind is ChangeKind.FREEZE and change.covers(now_ms)
        )
        return min(frozen, default=now_ms)

    def factor(self, name: str, now_ms: int) -> Decimal:
        """What the undisturbed `last`, `mark` or `index` price is multiplied with."""
        factor = _ONE
        for change in self.changes:
            if change.kind is ChangeKind.PRICE and change.covers(now_ms):
                factor *= change.values.get(name, _ONE)
        return factor

    def moments(self, after_ms: int, until_ms: int) -> list[int]:
        """When a price jumps, in (after, until]: each jump and the millisecond before it.

        A step of one millisecond is what the walk between ticks takes for a jump.
        """
        edges = {change.from_ms for change in self.changes}
        edges |= {change.until_ms for change in self.changes if change.until_ms is not None}
        moments = edges | {edge - 1 for edge in edges}
        return sorted(moment for moment in moments if after_ms < moment <= until_ms)

    def tick(self, undisturbed: Tick, now_ms: int) -> Tick:
        """The tick as somebody sees it at `now_ms`."""
        seen_ms = self.seen_at(now_ms)
        jumped_ms = max(self.moments(undisturbed.ts_ms, seen_ms), default=undisturbed.ts_ms)
        return replace(
            undisturbed,
            ts_ms=jumped_ms,
            last=self._price(undisturbed.last, "last", seen_ms),
            mark=self._price(undisturbed.mark, "mark", seen_ms),
            index=self._price(undisturbed.index, "index", seen_ms),
        )

    def trade(self, trade: Trade) -> Trade:
        """A public trade at its shifted price."""
        return replace(trade, price=self._price(trade.price, "last", trade.ts_ms))

    def bar(self, bar: Bar, name: str, now_ms: int) -> Bar:
        """A candle whose open and close are shifted; a jump inside it widens its range."""
        last_ms = min(bar.end_ms, now_ms)
        jumps = self.moments(bar.start_ms, last_ms)
        if not jumps and self.factor(name, bar.start_ms) == _ONE:
            return bar
        opened = self._price(bar.open, name, bar.start_ms)
        closed = self._price(bar.close, name, last_ms)
        shown = [opened, closed, *(self._price(bar.close, name, at_ms) for at_ms in jumps)]
        extremes = () if jumps else (bar.high, bar.low)
        shown += [self._price(price, name, bar.start_ms) for price in extremes]
        return replace(bar, open=opened, close=closed, high=max(shown), low=min(shown))

    def _price(self, undisturbed: Decimal, name: str, now_ms: int) -> Decimal:
        factor = self.factor(name, now_ms)
        if factor == _ONE:
            return undisturbed
        tick = self.instrument.tick_size
        price = (undisturbed * factor / tick).to_integral_value() * tick
        return max(self.instrument.min_price, min(price, self.instrument.max_price))

"""What the engine needs to know about the market; tests plug in exact prices here."""

from collections.abc import Iterator, Sequence
from typing import Protocol

from exchange_sim.market.changes import MarketChange
from exchange_sim.market.rows import Bar
from exchange_sim.market.values import Book, FundingEvent, Instrument, Tick


class MarketFeed(Protocol):
    """The part of `exchange_sim.market.feed.Market` that moves and prices orders."""

    @property
    def symbols(self) -> Sequence[str]:
        """Every tradable symbol."""
        ...

    @property
    def start_ms(self) -> int:
        """The first moment at which every symbol has a price."""
        ...

    def instrument(self, symbol: str) -> Instrument:
        """The trading rules of `symbol`."""
        ...

    def events(self, after_ms: int, until_ms: int) -> Iterator[Tick | FundingEvent]:
        """Ticks and settlements in (after, until], in the order they happened."""
        ...

    def tick_at(self, symbol: str, now_ms: int) -> Tick:
        """The last tick of `symbol` at or before `now_ms`."""
        ...

    def driving_bar(self, symbol: str, now_ms: int) -> Bar:
        """The whole candle the tick path around `now_ms` is made from."""
        ...

    def book_around(self, tick: Tick, depth: int) -> Book:
        """The order book when the price is `tick`, `depth` levels a side, best first."""
        ...

    def change(self, change: MarketChange) -> None:
        """Put a change of the market into effect. Raises: MarketDataError if it cannot be."""
        ...

    def end_change(self, change_id: str, at_ms: int) -> bool:
        """End a change at `at_ms`; False if there is none of this name in effect then."""
        ...

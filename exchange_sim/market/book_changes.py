"""The order book while somebody widened or thinned it."""

from collections.abc import Iterable
from decimal import Decimal

from exchange_sim.market.book import Level
from exchange_sim.market.changes import MarketChange
from exchange_sim.market.values import Book, Instrument


def changed_book(
    book: Book, instrument: Instrument, last: Decimal, changes: Iterable[MarketChange]
) -> Book:
    """`book` around `last` after the BOOK changes: moved apart, cut to some levels and sizes."""
    bids, asks = book.bids, book.asks
    for change in changes:
        distance = _half_spread(change, instrument, last)
        bids = _side(bids, -distance, instrument, change)
        asks = _side(asks, distance, instrument, change)
    return Book(bids, asks)


def _half_spread(change: MarketChange, instrument: Instrument, last: Decimal) -> Decimal:
    tick = instrument.tick_size
    exact = last * change.values.get("spread_bps", Decimal(0)) / 20_000
    return -(-exact // tick) * tick


def _side(
    levels: tuple[Level, ...], distance: Decimal, instrument: Instrument, change: MarketChange
) -> tuple[Level, ...]:
    count = int(change.values.get("levels", len(levels)))
    most = change.values.get("level_size")
    return tuple(
        (price + distance, size if most is None else min(size, most))
        for price, size in levels[:count]
        if instrument.min_price <= price + distance <= instrument.max_price
    )

"""A synthetic order book around the last price.

Best bid and ask are the nearest grid prices below and above the last price; further levels follow
one tick apart. A level of rank k (0 is best) holds base × mood × (1 + k / 4), rounded down to the
size step: base is a hundredth of the largest market order, mood lies in 0.75..1.25 and changes
every second by a fixed mixing of symbol, second and side. The largest market order is filled
within about thirty levels. Levels outside the allowed prices are left out.
"""

from decimal import Decimal

from exchange_sim.market.errors import MarketDataError
from exchange_sim.market.values import Book, Instrument

MAX_DEPTH = 1000
_BASE_SHARE = Decimal("0.01")
_GROWTH = Decimal("0.25")
_BID, _ASK = 1, 2

Level = tuple[Decimal, Decimal]


def book_around(instrument: Instrument, last: Decimal, ts_ms: int, depth: int) -> Book:
    """The book at `ts_ms` with `depth` levels a side, 1..1000. Raises: MarketDataError."""
    if not 1 <= depth <= MAX_DEPTH:
        message = f"order book depth is {depth}; it must be 1..{MAX_DEPTH}"
        raise MarketDataError(message)
    tick = instrument.tick_size
    below, off_grid = divmod(last, tick)
    best_bid = (below if off_grid else below - 1) * tick
    best_ask = (below + 1) * tick
    return Book(
        _levels(instrument, best_bid, -tick, _base(instrument, ts_ms, _BID), depth),
        _levels(instrument, best_ask, tick, _base(instrument, ts_ms, _ASK), depth),
    )


def _levels(
    instrument: Instrument, best: Decimal, step: Decimal, base: Decimal, depth: int
) -> tuple[Level, ...]:
    prices = (best + rank * step for rank in range(depth))
    return tuple(
        (price, _on_step(base * (1 + rank * _GROWTH), instrument))
        for rank, price in enumerate(prices)
        if instrument.min_price <= price <= instrument.max_price
    )


def _base(instrument: Instrument, ts_ms: int, side: int) -> Decimal:
    # Knuth's multiplicative hash: cheap, and neighbouring seconds differ widely.
    mixed = (ts_ms // 1000 * 3 + instrument.symbol_id * 7919 + side) * 2654435761 % 2**32
    mood = Decimal("0.75") + Decimal(mixed >> 16) / 2**17
    return instrument.max_market_qty * _BASE_SHARE * mood


def _on_step(size: Decimal, instrument: Instrument) -> Decimal:
    step = instrument.qty_step
    return max(size // step * step, instrument.min_qty)

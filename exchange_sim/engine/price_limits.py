"""How far from the market an order may be priced (spec section 4.7), on the tick grid."""

from decimal import Decimal

from exchange_sim.engine.matching import MARKET_BAND
from exchange_sim.engine.money import ceil_to, floor_to
from exchange_sim.engine.order_model import Slippage
from exchange_sim.engine.vocabulary import Side
from exchange_sim.market.values import Instrument, Tick


def nearest_allowed(instrument: Instrument, tick: Tick, side: Side, price: Decimal) -> Decimal:
    """`price`, or the highest buy (lowest sell) price the venue allows if it is beyond that.

    maxBuy = min(mark (1 + Y), max(index, mark (1 + X))), minSell mirrored; the 30 s premium
    term of the rule is taken as zero. Bybit adjusts silently by default.
    """
    x, y = instrument.price_limit_x, instrument.price_limit_y
    if side is Side.BUY:
        highest = min(tick.mark * (1 + y), max(tick.index, tick.mark * (1 + x)))
        return min(price, floor_to(highest, instrument.tick_size))
    lowest = max(tick.mark * (1 - y), min(tick.index, tick.mark * (1 - x)))
    return max(price, ceil_to(lowest, instrument.tick_size))


def worst_market_price(
    instrument: Instrument, tick: Tick, side: Side, slippage: Slippage | None = None
) -> Decimal:
    """The price beyond which a market order does not fill; 5 % from the last price by default."""
    distance = tick.last * MARKET_BAND
    if slippage is not None:
        ticks = slippage.kind == "TickSize"
        distance = slippage.value * (instrument.tick_size if ticks else tick.last / 100)
    if side is Side.BUY:
        return min(ceil_to(tick.last + distance, instrument.tick_size), instrument.max_price)
    return max(floor_to(tick.last - distance, instrument.tick_size), instrument.min_price)

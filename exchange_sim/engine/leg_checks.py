"""Whether take-profit and stop-loss prices make sense for a position (spec section 2.3, 2.4)."""

from decimal import Decimal

from exchange_sim.engine.errors import VenueError, invalid
from exchange_sim.engine.money import on_grid
from exchange_sim.engine.order_model import Leg, Protection
from exchange_sim.engine.requests import Legs
from exchange_sim.engine.venue import Venue
from exchange_sim.engine.vocabulary import OrderType, Side, TpslMode, TriggerBy
from exchange_sim.market.values import Instrument

_TEXT_SCALE = 10_000  # the venue prints prices in these texts without a decimal point


def read_legs(request: Legs, mode: TpslMode | None) -> Protection:
    """The legs a request asks for; "0" counts as none here.

    Raises: VenueError 10001 if limit legs are asked for without Partial mode, or incompletely.
    """
    target = _leg(
        request.take_profit,
        request.take_profit_by,
        request.take_profit_order_type,
        request.take_profit_limit_price,
        "tp",
    )
    stop = _leg(
        request.stop_loss,
        request.stop_loss_by,
        request.stop_loss_order_type,
        request.stop_loss_limit_price,
        "sl",
    )
    for leg, name in ((target, "tp"), (stop, "sl")):
        if leg is not None and leg.order_type is OrderType.LIMIT and mode is not TpslMode.PARTIAL:
            raise invalid(f"{name}OrderType Limit is only allowed with tpslMode Partial")
    return Protection(target, stop, mode or TpslMode.FULL)


def _leg(
    price: Decimal | None,
    by: TriggerBy | None,
    order_type: OrderType | None,
    limit_price: Decimal | None,
    name: str,
) -> Leg | None:
    if not price:
        return None
    if order_type is OrderType.LIMIT and not limit_price:
        raise invalid(f"params error: {name}LimitPrice invalid: a Limit leg needs it")
    limit = limit_price if order_type is OrderType.LIMIT else None
    return Leg(price, by or TriggerBy.LAST, limit)


def check_legs(
    venue: Venue, symbol: str, side: Side, legs: Protection, base: Decimal | None
) -> None:
    """Refuse legs on the wrong side of the price or off the tick grid.

    `side` is the position's. `base` is the price of a limit entry; None means the present price
    of each leg's own trigger type. Raises: VenueError 10001.
    """
    instrument, tick = venue.instrument(symbol), venue.tick(symbol)
    prices = {TriggerBy.LAST: tick.last, TriggerBy.MARK: tick.mark, TriggerBy.INDEX: tick.index}
    if legs.take_profit is not None:
        leg = legs.take_profit
        _check_grid(instrument, leg, "takeProfit")
        _check_side(leg, side, base or prices[leg.by], target=True)
    if legs.stop_loss is not None:
        leg = legs.stop_loss
        _check_grid(instrument, leg, "stopLoss")
        _check_side(leg, side, base or prices[leg.by], target=False)


def _check_grid(instrument: Instrument, leg: Leg, name: str) -> None:
    for price in (leg.price, leg.limit_price):
        if price is not None:
            check_price(instrument, price, name)


def check_price(instrument: Instrument, price: Decimal, name: str) -> None:
    """Refuse a price outside the instrument's range or off its tick grid (10001)."""
    if not instrument.min_price <= price <= instrument.max_price:
        raise invalid(
            f"params error: {name} invalid: {price} is outside "
            f"{instrument.min_price}..{instrument.max_price}"
        )
    if not on_grid(price, instrument.tick_size):
        raise invalid(
            f"params error: {name} invalid: {price} is not a multiple of {instrument.tick_size}"
        )


def _check_side(leg: Leg, side: Side, base: Decimal, *, target: bool) -> None:
    above = target is (side is Side.BUY)
    if leg.price > base if above else leg.price < base:
        return
    raise _wrong_side(leg, side, base, target=target, above=above)


def _wrong_side(leg: Leg, side: Side, base: Decimal, *, target: bool, above: bool) -> VenueError:
    name = "TakeProfit" if target else "StopLoss"
    relation = "should be higher than" if above else "should lower than"
    return invalid(
        f"{name}:{_scaled(leg.price)} set for {side} position {relation} "
        f"base_price:{_scaled(base)}??{leg.by}"
    )


def _scaled(price: Decimal) -> str:
    return format((price * _TEXT_SCALE).to_integral_value(), "f")

"""The way between two ticks of a candle: continuous, so that a stop fills at its trigger.

A candle is known by four prices only. Between them the price is taken to pass through every value,
so a conditional order fires and fills at its price, not at the extreme of the candle.
From one candle's close to the next one's open the price jumps: an order passed by a jump fires and
fills at the open. All steps of a way bear the time of the tick it leads to.
"""

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from exchange_sim.engine.money import floor_to
from exchange_sim.engine.order_model import Order
from exchange_sim.engine.vocabulary import TriggerBy
from exchange_sim.market.values import Instrument, Tick

JUMP_MS = 1  # a candle ends one millisecond before the next one opens


def next_step(
    here: Tick, goal: Tick, waiting: Iterable[Order], instrument: Instrument
) -> Tick | None:
    """The next trigger price on the way from `here` to `goal`, None if there is none before it.

    Only orders that watch the last price fire on the way; those that watch the mark price fire at
    the ticks themselves.
    """
    low, high = sorted((here.last, goal.last))
    prices = [
        order.trigger.price
        for order in waiting
        if order.trigger is not None
        and order.trigger.by is TriggerBy.LAST
        and low < order.trigger.price < high
    ]
    if not prices:
        return None
    price = min(prices) if goal.last > here.last else max(prices)
    return _at(price, here, goal, instrument)


def is_jump(before_ms: int, tick: Tick) -> bool:
    """Whether `tick` opens a candle, so that nothing happened between the last tick and it."""
    return tick.ts_ms - before_ms <= JUMP_MS


def _at(price: Decimal, here: Tick, goal: Tick, instrument: Instrument) -> Tick:
    share = (price - here.last) / (goal.last - here.last)
    mark = floor_to(here.mark + share * (goal.mark - here.mark), instrument.tick_size)
    return replace(goal, last=price, mark=mark, index=price)

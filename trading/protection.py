"""Protected or closed: is a position covered by stops, and what must be done if it is not."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

from trading.instruments import Instrument
from trading.orders import Order, StopKind
from trading.positions import Direction, Position

STOPS = frozenset({StopKind.STOP_LOSS, StopKind.STOP})
"""Orders that protect. A trailing stop may still wait for the price that activates it."""

HOLDING_FRACTION = Decimal("0.005")
"""How far behind the mark price a stop holds what could not be closed, as a fraction of it."""


@dataclass(frozen=True, slots=True)
class Protected:
    """Nothing to do: stops cover the whole position."""


@dataclass(frozen=True, slots=True)
class SetProtection:
    """Put these levels on the whole position; asking for what already stands does no harm."""

    stop_loss: Decimal
    take_profit: Decimal | None
    detail: str


@dataclass(frozen=True, slots=True)
class CloseNow:
    """The position cannot be protected: close it at the market."""

    detail: str


ProtectionAction = Protected | SetProtection | CloseNow


@dataclass(frozen=True, slots=True)
class IntendedLevels:
    """The stop and target the trade was approved with; USDT."""

    stop_loss: Decimal
    take_profit: Decimal | None = None


def protected_quantity(position: Position, open_orders: Iterable[Order]) -> Decimal:
    """How much of `position` its open stop orders cover, in the base coin; 0..quantity.

    A stop of quantity 0 follows the position (tpslMode Full). The position row alone proves
    nothing: it may show a stop whose order is gone.
    """
    covered = Decimal(0)
    for order in open_orders:
        if not _is_stop_of(order, position):
            continue
        if order.quantity == 0:
            return position.quantity
        covered += order.quantity - order.filled_quantity
    return min(covered, position.quantity)


def decide_protection(
    position: Position,
    open_orders: Sequence[Order],
    *,
    intended: IntendedLevels | None,
    naked_for: timedelta = timedelta(0),
    patience: timedelta = timedelta(seconds=30),
) -> ProtectionAction:
    """What must be done so that `position` is protected or gone.

    The stop on the position row wins over the intended one, because the owner may have moved it.
    The position is closed when no stop is known, when the market has passed the stop, or when it
    has been naked for longer than `patience`, in which setting the stop has had its chances.
    """
    covered = protected_quantity(position, open_orders)
    if covered == position.quantity:
        return Protected()
    fault = f"stops cover {covered} of {position.quantity} {position.symbol}"
    stop = position.stop_loss or (intended.stop_loss if intended else None)
    if stop is None:
        return CloseNow(f"{fault}; no stop price is known")
    if position.direction.sign * (position.mark_price - stop) <= 0:
        return CloseNow(f"{fault}; mark {position.mark_price} has passed the stop {stop}")
    if naked_for > patience:
        return CloseNow(f"{fault}; for {naked_for}, {patience} allowed")
    target = position.take_profit or (intended.take_profit if intended else None)
    return SetProtection(stop, target, fault)


def on_grid(
    levels: SetProtection, position: Position, instrument: Instrument
) -> SetProtection | CloseNow:
    """`levels` on the tick grid of now, the stop towards the market; the tick may have changed.

    Close instead where the grid leaves no stop behind the mark price.
    """
    is_long = position.direction is Direction.LONG
    to_tick = instrument.price_up if is_long else instrument.price_down
    stop = to_tick(levels.stop_loss)
    if position.direction.sign * (position.mark_price - stop) <= 0:
        return CloseNow(f"{levels.detail}; on the grid the stop {stop} is at the mark price")
    target = levels.take_profit
    return replace(
        levels,
        stop_loss=stop,
        take_profit=None if target is None else instrument.price_to_tick(target),
    )


def holding_stop(position: Position, instrument: Instrument) -> Decimal:
    """A stop for what a market close left over, because the book was too thin for all of it.

    `HOLDING_FRACTION` behind the mark price, half way to the liquidation where that is nearer;
    on the tick grid towards the market, one tick behind the mark at least.
    """
    mark, tick = position.mark_price, instrument.tick_size
    distance = mark * HOLDING_FRACTION
    if position.liquidation_price is not None:
        distance = min(distance, abs(mark - position.liquidation_price) / 2)
    if position.direction is Direction.LONG:
        return min(instrument.price_up(mark - distance), instrument.price_down(mark - tick))
    return max(instrument.price_down(mark + distance), instrument.price_up(mark + tick))


def _is_stop_of(order: Order, position: Position) -> bool:
    return (
        order.symbol == position.symbol
        and order.position_index is position.position_index
        and order.side is position.direction.exit_side
        and order.stop_kind in STOPS
        and order.status.is_open
    )

"""Stops that follow a winning trade: to break-even, then behind the price. Only ever tighter."""

from dataclasses import dataclass
from decimal import Decimal

from trading.canonical import plain
from trading.checks import require, require_not_negative, require_positive
from trading.instruments import Instrument
from trading.positions import Direction, Position


@dataclass(frozen=True, slots=True)
class TrailingRules:
    """When a stop moves, in R: multiples of the distance from entry to the planned stop.

    None switches a rule off. `trail_at_r` is the gain at which the exchange's trailing stop
    becomes active, `trail_distance_r` how far it then stays behind the best price.
    """

    break_even_at_r: Decimal | None = None
    trail_at_r: Decimal | None = None
    trail_distance_r: Decimal = Decimal(1)

    def __post_init__(self) -> None:
        for name in ("break_even_at_r", "trail_at_r"):
            if (value := getattr(self, name)) is not None:
                require_positive(name, value)
        require_positive("trail_distance_r", self.trail_distance_r)

    @property
    def is_on(self) -> bool:
        """Whether any stop is ever moved."""
        return self.break_even_at_r is not None or self.trail_at_r is not None


@dataclass(frozen=True, slots=True)
class TradePlan:
    """What a trade was entered with: USDT prices; `taker_fraction` is the fee of one side.

    `stop_loss` is the stop that stands now, `planned_stop` the one the risk was measured by.
    """

    entry_price: Decimal
    planned_stop: Decimal
    stop_loss: Decimal
    taker_fraction: Decimal
    trails_already: bool = False

    def __post_init__(self) -> None:
        require_positive("entry price", self.entry_price)
        require_not_negative("taker fraction", self.taker_fraction)
        require(
            self.entry_price != self.planned_stop,
            f"planned stop {self.planned_stop} is the entry price; then R is no distance",
        )

    @property
    def risk_distance(self) -> Decimal:
        """R: from the entry to the planned stop, USDT per unit of the base coin, above 0."""
        return abs(self.entry_price - self.planned_stop)


@dataclass(frozen=True, slots=True)
class Trailing:
    """A trailing stop of the exchange: `distance` USDT behind the best price.

    It follows from `active_price` on; None means at once, from the present price.
    """

    distance: Decimal
    active_price: Decimal | None = None

    def __post_init__(self) -> None:
        require_positive("trailing distance", self.distance)
        if self.active_price is not None:
            require_positive("active price", self.active_price)


@dataclass(frozen=True, slots=True)
class StopMove:
    """What to change at the exchange; None leaves what stands. `detail` says why."""

    stop_loss: Decimal | None = None
    trailing: Trailing | None = None
    detail: str = ""


def move_stop(
    position: Position, plan: TradePlan, rules: TrailingRules, instrument: Instrument
) -> StopMove | None:
    """The tighter stop that `rules` ask for now, None if there is none.

    The trailing stop is handed to the exchange as soon as the trade is known, with the price that
    activates it: no gain is lost between two looks of ours.
    """
    stop = _break_even(position, plan, rules, instrument)
    trailing = None if plan.trails_already else _trailing(position, plan, rules, instrument)
    if stop is None and trailing is None:
        return None
    reasons = []
    if stop is not None:
        reasons.append(f"break-even at {plain(stop)} after {rules.break_even_at_r} R")
    if trailing is not None:
        start = "now" if trailing.active_price is None else plain(trailing.active_price)
        reasons.append(f"trailing by {plain(trailing.distance)} from {start}")
    return StopMove(stop, trailing, "; ".join(reasons))


def break_even_price(direction: Direction, entry_price: Decimal, taker: Decimal) -> Decimal:
    """The exit price that earns exactly the fees of both sides.

    Long: p (1 - t) = e (1 + t); short: p (1 + t) = e (1 - t), with t the taker fraction, 0..1.
    """
    sign = direction.sign
    return entry_price * (1 + sign * taker) / (1 - sign * taker)


def _break_even(
    position: Position, plan: TradePlan, rules: TrailingRules, instrument: Instrument
) -> Decimal | None:
    if rules.break_even_at_r is None:
        return None
    sign = position.direction.sign
    gain = sign * (position.mark_price - plan.entry_price)
    if gain < rules.break_even_at_r * plan.risk_distance:
        return None
    exact = break_even_price(position.direction, plan.entry_price, plan.taker_fraction)
    # Towards the gain: a tick the other way would lose part of the fees.
    level = instrument.price_up(exact) if sign > 0 else instrument.price_down(exact)
    tightens = sign * (level - plan.stop_loss) > 0
    is_behind = sign * (position.mark_price - level) > 0
    return level if tightens and is_behind else None


def _trailing(
    position: Position, plan: TradePlan, rules: TrailingRules, instrument: Instrument
) -> Trailing | None:
    if rules.trail_at_r is None:
        return None
    sign = position.direction.sign
    distance = instrument.price_to_tick(rules.trail_distance_r * plan.risk_distance)
    distance = max(distance, instrument.tick_size)
    exact = plan.entry_price + sign * rules.trail_at_r * plan.risk_distance
    active = instrument.price_up(exact) if sign > 0 else instrument.price_down(exact)
    is_ahead = sign * (active - position.mark_price) > 0
    # Looser than the stop that stands it would be of no use, and a stop only ever tightens.
    start = active if is_ahead else position.mark_price
    if sign * (start - sign * distance - plan.stop_loss) <= 0:
        return None
    return Trailing(distance, active if is_ahead else None)

"""What ends a held trade in one candle: a gap at its open, then stop, liquidation, target."""

from typing import NamedTuple

from trading.backtest.compiled import inner
from trading.labels.rows import TARGET_CAME_FIRST, UNTOLD
from trading.labels.states import Kind

_UNKNOWN = int(Kind.UNKNOWN)
_TARGET = int(Kind.TARGET)
_STOP = int(Kind.STOP)
_LIQUIDATED = int(Kind.LIQUIDATED)


class Watch(NamedTuple):
    """The prices a held trade waits for; NaN: none."""

    side: int
    stop: float
    target: float
    liquidation: float
    bankruptcy: float
    told: int  # STOP_CAME_FIRST and its kin of `rows`


class Prices(NamedTuple):
    """What decides in a candle."""

    open: float
    high: float
    low: float


class Exit(NamedTuple):
    """How a trade ends: why, at which price before slippage, in which candle."""

    kind: int
    price: float
    slot: int
    is_inside: bool  # not at the candle's open
    is_ambiguous: bool


@inner
def leave_at_open(watch: Watch, slot: int, last: Prices, trigger: Prices, mark: Prices) -> Exit:
    """The end by a gap; its kind is UNKNOWN if the open ends nothing.

    Beyond the stop it is left at the open, worse than planned; beyond the target at the target,
    because a windfall is nobody's skill.
    """
    side = watch.side
    if side * (mark.open - watch.liquidation) <= 0:
        return Exit(_LIQUIDATED, watch.bankruptcy, slot, False, False)
    if side * (trigger.open - watch.stop) <= 0:
        return Exit(_STOP, last.open, slot, False, False)
    if side * (trigger.open - watch.target) >= 0:
        worse = min(watch.target, last.open) if side > 0 else max(watch.target, last.open)
        return Exit(_TARGET, worse, slot, False, False)
    return Exit(_UNKNOWN, last.open, slot, False, False)


@inner
def leave_inside(watch: Watch, slot: int, last: Prices, trigger: Prices, mark: Prices) -> Exit:
    """The end by a candle's extremes; its kind is UNKNOWN if they end nothing.

    What loses is taken to come first (the point value); with the target in the same candle the
    label is ambiguous, unless public trades told which came first.
    """
    side = watch.side
    is_stopped = side * (_adverse(side, trigger) - watch.stop) <= 0
    is_liquidated = side * (_adverse(side, mark) - watch.liquidation) <= 0
    is_taken = side * (_favourable(side, trigger) - watch.target) >= 0
    is_lost = is_stopped or is_liquidated
    if is_taken and (not is_lost or watch.told == TARGET_CAME_FIRST):
        return Exit(_TARGET, _target_fill(watch, last), slot, True, False)
    is_ambiguous = is_taken and watch.told == UNTOLD
    is_liquidation_nearer = side * (watch.liquidation - watch.stop) >= 0
    if is_liquidated and (not is_stopped or is_liquidation_nearer):
        return Exit(_LIQUIDATED, watch.bankruptcy, slot, True, is_ambiguous)
    if is_stopped:
        # Triggered by the mark price it fills at the nearest price that traded.
        price = min(max(watch.stop, last.low), last.high)
        return Exit(_STOP, price, slot, True, is_ambiguous)
    return Exit(_UNKNOWN, last.open, slot, True, False)


@inner
def _target_fill(watch: Watch, last: Prices) -> float:
    """The target, or the best price that traded where the mark price alone reached it."""
    return min(watch.target, last.high) if watch.side > 0 else max(watch.target, last.low)


@inner
def _adverse(side: int, prices: Prices) -> float:
    return prices.low if side > 0 else prices.high


@inner
def _favourable(side: int, prices: Prices) -> float:
    return prices.high if side > 0 else prices.low

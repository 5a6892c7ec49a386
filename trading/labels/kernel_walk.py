"""Holding an imagined trade, candle after candle, until something ends it."""

import numpy as np

from trading.backtest.compiled import inlined, inner
from trading.labels.kernel_exit import Exit, Prices, Watch, leave_at_open, leave_inside
from trading.labels.kernel_result import Seen, lack, settle
from trading.labels.kernel_ride import ride, ride_by_mark
from trading.labels.label_costs import CostNumbers
from trading.labels.path_columns import PathColumns
from trading.labels.rows import LabelRow, PlanRow
from trading.labels.states import Kind

_UNKNOWN = int(Kind.UNKNOWN)
_TIMEOUT = int(Kind.TIMEOUT)


@inlined
def walk(
    path: PathColumns, plan: PlanRow, costs: CostNumbers, label: LabelRow, filled: int
) -> None:
    """Hold what was filled in the slot `filled` to its end, and write the label.

    The lowest and highest price seen count every candle but the last, of which only the exit is
    known to have come while the trade was held.
    """
    watch = _watch(plan, label)
    known = path.mark_until[filled] if plan.needs_mark else path.known_until[filled]
    due = -((path.start_ms - label.fill_ms - plan.horizon_ms) // path.interval_ms)
    leaving, seen = _hold(path, plan, watch, label, filled, min(known, due))
    if leaving.kind == _UNKNOWN and due < known:
        leaving = Exit(_TIMEOUT, path.open[due], due, False, False)
    if leaving.kind == _UNKNOWN:
        lack(label, path.start_ms + known * path.interval_ms)
    else:
        settle(path, plan, costs, label, leaving, seen)


@inlined
def _hold(
    path: PathColumns, plan: PlanRow, watch: Watch, label: LabelRow, slot: int, end: int
) -> tuple[Exit, Seen]:
    """What ends it before `end`, of kind UNKNOWN if nothing does; and the range before that."""
    seen = Seen(label.fill, label.fill)
    if label.is_resting and slot < end:
        leaving = _leave_filling(path, plan, watch, slot)
        if leaving.kind != _UNKNOWN:
            return leaving, seen
        seen = _went_against(watch.side, path.low[slot], path.high[slot], seen)
        slot += 1
    if plan.needs_mark:
        slot, seen = ride_by_mark(path, plan, watch, slot, end, seen)
    else:
        slot, seen = ride(path, watch, slot, end, seen)
    if slot < end:
        return _leave(path, plan, watch, slot), seen
    return Exit(_UNKNOWN, label.fill, slot, False, False), seen


@inner
def _watch(plan: PlanRow, label: LabelRow) -> Watch:
    # Fractions of NaN, where liquidation is not looked for, give prices no candle reaches.
    liquidation = label.fill * (1 - plan.side * plan.liquidation)
    bankruptcy = label.fill * (1 - plan.side * plan.bankruptcy)
    return Watch(plan.side, label.stop, label.target, liquidation, bankruptcy, plan.told)


@inlined
def _leave(path: PathColumns, plan: PlanRow, watch: Watch, slot: int) -> Exit:
    """The end in a candle that was held from its open on."""
    last, mark = _last(path, slot), _mark(path, slot)
    trigger = mark if plan.is_by_mark else last
    leaving = leave_at_open(watch, slot, last, trigger, mark)
    if leaving.kind == _UNKNOWN:
        leaving = leave_inside(watch, slot, last, trigger, mark)
    return leaving


@inlined
def _leave_filling(path: PathColumns, plan: PlanRow, watch: Watch, slot: int) -> Exit:
    """The end in the candle that filled a resting limit.

    Its open and what it did in favour may have come before the fill; only what went against it,
    through the limit, may end it.
    """
    against = Watch(
        watch.side,
        watch.stop,
        watch.side * np.inf,
        watch.liquidation,
        watch.bankruptcy,
        watch.told,
    )
    last, mark = _last(path, slot), _mark(path, slot)
    trigger = mark if plan.is_by_mark else last
    return leave_inside(against, slot, last, trigger, mark)


@inlined
def _last(path: PathColumns, slot: int) -> Prices:
    return Prices(path.open[slot], path.high[slot], path.low[slot])


@inlined
def _mark(path: PathColumns, slot: int) -> Prices:
    return Prices(path.mark_open[slot], path.mark_high[slot], path.mark_low[slot])


@inner
def _went_against(side: int, low: float, high: float, seen: Seen) -> Seen:
    if side > 0:
        return Seen(min(seen.lowest, low), seen.highest)
    return Seen(seen.lowest, max(seen.highest, high))

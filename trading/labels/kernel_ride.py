"""The candles in which nothing happens to an imagined trade: most of them."""

from trading.backtest.compiled import inlined
from trading.labels.kernel_exit import Watch
from trading.labels.kernel_result import Seen
from trading.labels.path_columns import BLOCK, PathColumns
from trading.labels.rows import PlanRow


@inlined
def ride(path: PathColumns, watch: Watch, slot: int, end: int, seen: Seen) -> tuple[int, Seen]:
    """The first slot before `end` in which stop or target is met, else `end`; the range before it.

    A block of candles that stays between the two is one step, so that the length of a horizon
    costs little.
    """
    lower, upper = _bounds(watch)
    lowest, highest = seen
    while slot < end:
        low, high, step = path.low[slot], path.high[slot], 1
        if slot % BLOCK == 0 and slot + BLOCK <= end:
            block = slot // BLOCK
            if path.block_low[block] > lower and path.block_high[block] < upper:
                low, high, step = path.block_low[block], path.block_high[block], BLOCK
        if low <= lower or high >= upper:
            break
        lowest, highest = min(lowest, low), max(highest, high)
        slot += step
    return slot, Seen(lowest, highest)


@inlined
def ride_by_mark(
    path: PathColumns, plan: PlanRow, watch: Watch, slot: int, end: int, seen: Seen
) -> tuple[int, Seen]:
    """The same where the mark price can end the trade; the range stays that of last prices."""
    lower, upper = _bounds(watch)
    low, high = path.low, path.high
    if plan.is_by_mark:
        low, high = path.mark_low, path.mark_high
    against = path.mark_low if watch.side > 0 else path.mark_high
    lowest, highest = seen
    while slot < end:
        is_liquidated = watch.side * (against[slot] - watch.liquidation) <= 0
        if low[slot] <= lower or high[slot] >= upper or is_liquidated:
            break
        lowest, highest = min(lowest, path.low[slot]), max(highest, path.high[slot])
        slot += 1
    return slot, Seen(lowest, highest)


@inlined
def _bounds(watch: Watch) -> tuple[float, float]:
    if watch.side > 0:
        return watch.stop, watch.target
    return watch.target, watch.stop

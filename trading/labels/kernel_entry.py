"""Entering an imagined trade: at the market, or by a limit that must be traded through."""

import numpy as np

from trading.backtest.compiled import inlined, inner
from trading.backtest.live_twins.ties import at_least, at_most
from trading.labels.kernel_result import end_without_entry, lack
from trading.labels.label_costs import CostNumbers
from trading.labels.path_columns import PathColumns
from trading.labels.rows import LabelRow, PlanRow
from trading.labels.states import Kind

_NO_TRADE = int(Kind.NO_TRADE)
_STOP_TOO_NEAR = int(Kind.STOP_TOO_NEAR)
_NO_ENTRY_DRIFT = int(Kind.NO_ENTRY_DRIFT)
_NO_FILL = int(Kind.NO_FILL)
_INVALID_AT_FILL = int(Kind.INVALID_AT_FILL)

DONE = -1
"""Instead of the slot of a fill: the label is written, nothing was entered."""


@inner
def refuse_plan(plan: PlanRow, label: LabelRow) -> bool:
    """Write the label of a plan that needs no market, and tell whether this was one.

    Nothing is wished, its average range is not known, or its stop is too near.
    """
    if plan.side == 0:
        end_without_entry(label, _NO_TRADE, plan.from_ms)
        return True
    if np.isnan(plan.atr):
        lack(label, plan.from_ms)
        return True
    planned = plan.limit if plan.limit > 0 else plan.reference
    distance = plan.stop if plan.is_by_distance else abs(planned - plan.stop)
    if not at_least(distance, plan.least_stop):
        end_without_entry(label, _STOP_TOO_NEAR, plan.from_ms)
        return True
    return False


@inlined
def enter_at_market(
    path: PathColumns, plan: PlanRow, costs: CostNumbers, label: LabelRow, slot: int
) -> int:
    """The slot of the fill, which is `slot`, or DONE."""
    opened_ms = path.start_ms + slot * path.interval_ms
    if not _is_known(path, slot):
        lack(label, opened_ms)
        return DONE
    quote = path.open[slot]
    if not at_most(abs(quote - plan.reference), plan.drift):
        end_without_entry(label, _NO_ENTRY_DRIFT, opened_ms + path.interval_ms)
        return DONE
    label.quote, label.fill = quote, quote * (1 + plan.side * costs.entry_slippage)
    return _begin(path, plan, label, slot)


@inlined
def enter_at_limit(
    path: PathColumns, plan: PlanRow, costs: CostNumbers, label: LabelRow, slot: int
) -> int:
    """The slot of the first candle from `slot` on that fills the limit, or DONE.

    A candle that opens through the limit fills at its open, as a taker; one that reaches through
    it before the limit expires fills at the limit, as a maker.
    """
    side, opened_ms = plan.side, path.start_ms + slot * path.interval_ms
    while opened_ms < plan.valid_until_ms:
        if not _is_known(path, slot):
            lack(label, opened_ms)
            return DONE
        opened = path.open[slot]
        if side * (opened - plan.through) <= 0:
            slipped = opened * (1 + side * costs.entry_slippage)
            label.quote = opened
            label.fill = min(slipped, plan.limit) if side > 0 else max(slipped, plan.limit)
            return _begin(path, plan, label, slot)
        closed_ms = opened_ms + path.interval_ms
        adverse = path.low[slot] if side > 0 else path.high[slot]
        if side * (adverse - plan.through) <= 0 and closed_ms <= plan.valid_until_ms:
            label.quote, label.fill, label.is_resting = plan.limit, plan.limit, 1
            return _begin(path, plan, label, slot)
        slot, opened_ms = slot + 1, closed_ms
    end_without_entry(label, _NO_FILL, opened_ms)
    return DONE


@inlined
def _begin(path: PathColumns, plan: PlanRow, label: LabelRow, slot: int) -> int:
    """Give what was filled in `slot` its levels and unit; DONE if that is beyond one of them."""
    side, quote = plan.side, label.quote
    label.fill_ms = path.start_ms + slot * path.interval_ms
    label.stop = quote - side * plan.stop if plan.is_by_distance else plan.stop
    label.target = quote + side * plan.target if plan.is_by_distance else plan.target
    label.unit = abs(label.fill - label.stop)
    worst, best = side * (quote - label.stop), side * (label.target - label.fill)
    if worst <= 0 or best <= 0:
        end_without_entry(label, _INVALID_AT_FILL, label.fill_ms + path.interval_ms)
        return DONE
    return slot


@inlined
def _is_known(path: PathColumns, slot: int) -> bool:
    return 0 <= slot < len(path.known_until) and path.known_until[slot] > slot

"""Writing a label: nothing yet, something that lacks, an end without entry, the result in R."""

from typing import NamedTuple

import numpy as np

from trading.backtest.compiled import inlined, inner
from trading.labels.kernel_exit import Exit
from trading.labels.label_costs import CostNumbers
from trading.labels.path_columns import PathColumns
from trading.labels.rows import LabelRow, PlanRow
from trading.labels.states import Kind, Status

_FINAL = int(Status.FINAL)
_INCOMPLETE = int(Status.INCOMPLETE)
_UNKNOWN = int(Kind.UNKNOWN)
_TARGET = int(Kind.TARGET)
_LIQUIDATED = int(Kind.LIQUIDATED)
_NONE_MS = -1


class Seen(NamedTuple):
    """The range of prices while a trade was held, its fill included; USDT."""

    lowest: float
    highest: float


@inner
def blank(label: LabelRow, side: int) -> None:
    """Nothing is known and nothing was entered."""
    label.status, label.kind, label.side = _INCOMPLETE, _UNKNOWN, side
    label.fill_ms, label.exit_ms = _NONE_MS, _NONE_MS
    label.final_ms, label.missing_ms = _NONE_MS, _NONE_MS
    label.quote, label.fill, label.left, label.exit = np.nan, np.nan, np.nan, np.nan
    label.stop, label.target, label.unit = np.nan, np.nan, np.nan
    label.r_gross, label.slip_r, label.fee_r, label.funding_r = 0.0, 0.0, 0.0, 0.0
    label.r_net, label.r_worst, label.r_best = 0.0, 0.0, 0.0
    label.mae_r, label.mfe_r = 0.0, 0.0
    label.is_resting, label.is_ambiguous, label.bars_held = 0, 0, 0


@inner
def lack(label: LabelRow, missing_ms: int) -> None:
    """What is needed from `missing_ms` on is not there: no part of a result is left behind."""
    blank(label, label.side)
    label.missing_ms = missing_ms


@inner
def end_without_entry(label: LabelRow, kind: int, final_ms: int) -> None:
    """0 R, and why."""
    blank(label, label.side)
    label.status, label.kind, label.final_ms = _FINAL, kind, final_ms


@inlined
def settle(
    path: PathColumns,
    plan: PlanRow,
    costs: CostNumbers,
    label: LabelRow,
    leaving: Exit,
    seen: Seen,
) -> None:
    """Write what the trade earned that `leaving` ended; `seen` is the range before its candle."""
    exit_ms = path.start_ms + leaving.slot * path.interval_ms
    if label.fill_ms < path.settled_since_ms:
        lack(label, label.fill_ms)
        return
    if exit_ms > path.settled_until_ms:
        lack(label, max(path.settled_until_ms, label.fill_ms))
        return
    label.status, label.kind, label.exit_ms = _FINAL, leaving.kind, exit_ms
    label.final_ms = exit_ms + path.interval_ms
    label.bars_held = (exit_ms - label.fill_ms) // path.interval_ms + leaving.is_inside
    label.funding_r = plan.side * _settled(path, label.fill_ms, exit_ms) / label.unit
    label.is_ambiguous = leaving.is_ambiguous
    if leaving.is_ambiguous:
        _book(costs, label, _TARGET, label.target)
        label.r_best = label.r_net
    _book(costs, label, leaving.kind, leaving.price)
    if not leaving.is_ambiguous:
        label.r_best = label.r_net
    label.r_worst = label.r_net
    _write_excursions(label, min(seen.lowest, label.left), max(seen.highest, label.left))


@inner
def _write_excursions(label: LabelRow, lowest: float, highest: float) -> None:
    """How far it went against and for the trade, the exit before slippage included, in R."""
    down, up = (label.fill - lowest) / label.unit, (highest - label.fill) / label.unit
    label.mae_r, label.mfe_r = (down, up) if label.side > 0 else (up, down)


@inner
def _book(costs: CostNumbers, label: LabelRow, kind: int, left: float) -> None:
    """Gross, slippage, fees and net of leaving at `left`, in R."""
    side, is_target = label.side, kind == _TARGET
    slips = kind != _LIQUIDATED and not (is_target and costs.target_is_maker)
    exit_fee = costs.maker if is_target and costs.target_is_maker else costs.taker
    # A limit that rested filled at its own price; whoever takes slips or pays the taker fee.
    entry_fee = costs.maker if label.is_resting else costs.taker
    label.left = left
    label.exit = left * (1 - side * costs.exit_slippage) if slips else left
    slipped = side * ((label.fill - label.quote) + (left - label.exit))
    fees = label.fill * entry_fee + label.exit * exit_fee
    label.r_gross = side * (left - label.quote) / label.unit
    label.slip_r = slipped / label.unit
    label.fee_r = fees / label.unit
    label.r_net = label.r_gross - label.slip_r - label.fee_r - label.funding_r


@inlined
def _settled(path: PathColumns, after_ms: int, until_ms: int) -> float:
    """What one coin held long paid at the settlements after `after_ms` up to `until_ms`, USDT."""
    low, high = 0, len(path.settled_ms)
    while low < high:
        middle = (low + high) // 2
        if path.settled_ms[middle] <= after_ms:
            low = middle + 1
        else:
            high = middle
    paid = 0.0
    while low < len(path.settled_ms) and path.settled_ms[low] <= until_ms:
        paid += path.paid[low]
        low += 1
    return paid

"""The labels' algorithm of learning.md §4.2, compiled: one imagined trade after another.

It is not the backtest's kernel, because a label is not a trade of an account. It has no equity,
size or limit; nothing else is open. A candle that opens beyond the target is left at the target;
a limit filled inside a candle ignores what the candle did in its favour, its close too; a trade
whose horizon has passed is left before anything else is looked at; a moment is the open of the
candle it lies in; a candle that is missing stops the label where the backtest would go on.
"""

from trading.backtest.compiled import inlined
from trading.backtest.records_in_memory import Rows
from trading.labels.compiled import entry
from trading.labels.kernel_entry import DONE, enter_at_limit, enter_at_market, refuse_plan
from trading.labels.kernel_result import blank
from trading.labels.kernel_walk import walk
from trading.labels.label_costs import CostNumbers
from trading.labels.path_columns import PathColumns
from trading.labels.rows import LabelRow, PlanRow


@entry
def label_rows(
    path: PathColumns,
    plans: Rows[PlanRow],
    costs: CostNumbers,
    labels: Rows[LabelRow],
    first: int,
    end: int,
) -> None:
    """Fill `labels` from `first` to before `end`; they do not depend on each other."""
    for row in range(first, end):
        _label(path, plans[row], costs, labels[row])


@inlined
def _label(path: PathColumns, plan: PlanRow, costs: CostNumbers, label: LabelRow) -> None:
    blank(label, plan.side)
    if refuse_plan(plan, label):
        return
    # The first slot that opens at the plan's moment or later.
    slot = -((path.start_ms - plan.from_ms) // path.interval_ms)
    if plan.limit > 0:
        slot = enter_at_limit(path, plan, costs, label, slot)
    else:
        slot = enter_at_market(path, plan, costs, label, slot)
    if slot != DONE:
        walk(path, plan, costs, label, slot)

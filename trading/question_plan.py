"""How the next question is put: with which pictures, or not in this slot, as the budget allows.

Before a limit stops everything the desk saves in steps (analysis.md §3.9).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from trading.arms import USUAL, Arm
from trading.budget import BudgetLimits, Measure, Spent, saving
from trading.candles import Interval
from trading.snapshot import MarketSnapshot

_ONE_SLOT_OF = 2
"""With a longer cadence only one slot of so many is asked in."""
_LEFT_OUT = "the picture of the bigger timeframe is left out"
_SELDOM = "only every second slot is asked in"


@dataclass(frozen=True, slots=True)
class QuestionPlan:
    """The arm that is asked. `saving` tells what the budget makes it do without, "" if nothing.

    With `is_left_out` nobody is asked in this slot.
    """

    arm: Arm = USUAL
    saving: str = ""
    is_left_out: bool = False


USUAL_PLAN: Final = QuestionPlan()


def ask_as_usual(_: MarketSnapshot) -> QuestionPlan:
    """One picture of the snapshot's own timeframe, in every slot."""
    return USUAL_PLAN


def plan_question(arm: Arm, limits: BudgetLimits, spent: Spent, *, slot: int) -> QuestionPlan:
    """The plan for the slot of this number; `arm` is what the settings wish for.

    From 80 % of a limit on the picture of the bigger timeframe is dropped, from 90 % on only even
    slots are asked in as well.
    """
    soft = saving(limits, spent)
    if soft is None:
        return QuestionPlan(arm)
    kept = arm.of_one_picture()
    saved = [_LEFT_OUT] if kept != arm else []
    is_left_out = False
    if Measure.LENGTHEN_CADENCE in soft.measures:
        is_left_out = slot % _ONE_SLOT_OF != 0
        saved.append(f"{_SELDOM}, not this one" if is_left_out else _SELDOM)
    if not saved:
        return QuestionPlan(arm)
    return QuestionPlan(kept, f"{soft.detail}: {' and '.join(saved)}", is_left_out)


def slot_number(as_of: datetime, interval: Interval) -> int:
    """Which bar since the Unix epoch closed at `as_of`; neighbours differ by one."""
    return int(as_of.timestamp() // interval.length.total_seconds())

"""Before the budget ends, the second picture goes first and then every second slot."""

from datetime import timedelta
from decimal import Decimal

import pytest

from tests.trading import builders
from trading.arms import USUAL, Arm, ImageArm, Mask
from trading.budget import BudgetLimits, Spent
from trading.candles import Interval
from trading.question_plan import (
    USUAL_PLAN,
    QuestionPlan,
    ask_as_usual,
    plan_question,
    slot_number,
)

LIMITS = BudgetLimits(per_symbol_day=Decimal(5), per_day=Decimal(10), per_month=Decimal(100))
BOTH, MASKED = Arm(ImageArm.LTF_HTF), Arm(ImageArm.LTF_HTF, Mask.ANONYMISED)
LEFT_OUT = "the picture of the bigger timeframe is left out"
SELDOM = "only every second slot is asked in"


def plan(arm: Arm, day: str, slot: int = 0) -> QuestionPlan:
    return plan_question(arm, LIMITS, Spent(day=Decimal(day)), slot=slot)


@pytest.mark.parametrize("arm", [USUAL, BOTH, MASKED], ids=str)
@pytest.mark.parametrize("slot", [0, 1])
def test_with_money_left_the_arm_is_asked_as_it_is(arm: Arm, slot: int) -> None:
    assert plan(arm, "7.99", slot) == QuestionPlan(arm)


@pytest.mark.parametrize("slot", [0, 1])
def test_from_eighty_percent_the_second_picture_is_dropped(slot: int) -> None:
    used = "8 of 10 USD per_day are used"

    assert plan(BOTH, "8", slot) == QuestionPlan(USUAL, f"{used}: {LEFT_OUT}")
    assert plan(MASKED, "8", slot).arm == Arm(ImageArm.LTF, Mask.ANONYMISED)


@pytest.mark.parametrize("arm", [USUAL, Arm(ImageArm.NONE)], ids=str)
def test_where_there_is_no_second_picture_nothing_is_saved_yet(arm: Arm) -> None:
    assert plan(arm, "8.99", slot=1) == QuestionPlan(arm)


def test_from_ninety_percent_every_second_slot_is_left_out() -> None:
    used = "9 of 10 USD per_day are used"

    assert plan(BOTH, "9", slot=4) == QuestionPlan(USUAL, f"{used}: {LEFT_OUT} and {SELDOM}")
    assert plan(BOTH, "9", slot=5) == QuestionPlan(
        USUAL, f"{used}: {LEFT_OUT} and {SELDOM}, not this one", is_left_out=True
    )
    assert plan(USUAL, "9", slot=5) == QuestionPlan(
        USUAL, f"{used}: {SELDOM}, not this one", is_left_out=True
    )


@pytest.mark.parametrize(
    "spent", [Spent(symbol_day=Decimal("4.5")), Spent(month=Decimal(90))], ids=str
)
def test_every_limit_that_lasts_is_saved_for(spent: Spent) -> None:
    assert plan_question(USUAL, LIMITS, spent, slot=1).is_left_out


def test_what_has_no_limit_is_never_saved_for() -> None:
    rich = Spent(Decimal(9), Decimal(9), Decimal(9))

    assert plan_question(BOTH, BudgetLimits(), rich, slot=1) == QuestionPlan(BOTH)


@pytest.mark.parametrize("interval", list(Interval), ids=str)
def test_neighbouring_slots_have_neighbouring_numbers(interval: Interval) -> None:
    as_of = interval.floor(builders.NOW)

    assert slot_number(as_of + interval.length, interval) == slot_number(as_of, interval) + 1
    within = as_of + interval.length - timedelta(seconds=1)
    assert slot_number(within, interval) == slot_number(as_of, interval)


def test_an_analyst_without_a_budget_is_asked_as_usual() -> None:
    assert ask_as_usual(builders.snapshot()) is USUAL_PLAN == QuestionPlan(USUAL)

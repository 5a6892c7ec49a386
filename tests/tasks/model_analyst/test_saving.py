"""When money runs low the desk saves in steps, and each decision says on what."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from db.repositories import decisions, llm_calls
from db.unit_of_work import read_session, unit_of_work
from tasks.model_analyst.saving import plan_with_budget
from tasks.replaying import Status
from tasks.resources import Resources
from tests.db.model_calls import wish
from tests.tasks.model_analyst.asking_desk import SNAPSHOT, AskingDesk, StandIn
from tests.tasks.model_analyst.deciding_again import replayed
from tests.tasks.model_analyst.whole_day import decided, pictures_in, studied, words_of
from trading.analysis import Abstention, AbstentionCode, Analysis
from trading.arms import Arm, ImageArm, Mask
from trading.budget import BudgetLimits
from trading.cache_keys import CacheMode
from trading.question_plan import QuestionPlan
from trading.reasons import Reason
from trading.replies import Usage
from trading.snapshot import MarketSnapshot

HOUR = timedelta(hours=1)
USAGE = Usage(input=990, output=400)

OpenDay = Callable[..., Resources]


def spend(resources: Resources, usd: str) -> None:
    """Book a call of today at this price."""
    key, now = resources.desk.account, resources.now()
    with unit_of_work(resources.sessions) as session:
        made = llm_calls.reserve(session, key, wish(), BudgetLimits(), now)
        assert isinstance(made, llm_calls.Reservation)
        llm_calls.settle(session, made.call_id, USAGE, Decimal(usd), now=now)


def test_a_budget_that_runs_low_drops_the_second_picture(
    open_day: OpenDay, stand_in: StandIn
) -> None:
    resources = open_day(Arm(ImageArm.LTF_HTF), model_budget_per_day_usd=Decimal(5))
    spend(resources, "4.2")

    study = studied(resources)
    made, row = decided(resources, study)

    (question,) = stand_in.questions()
    assert isinstance(study.answer, Analysis)
    assert pictures_in(question) == [row.chart_sha256]
    assert row.arm == "main"
    assert row.saving == (
        "4.2 of 5 USD per_day are used: the picture of the bigger timeframe is left out"
    )
    assert "second picture" not in words_of(question)
    assert replayed(resources, made.decision_id).status is Status.SAME


def test_a_budget_that_ends_is_asked_of_in_every_second_slot(
    open_day: OpenDay, open_asking: Callable[..., AskingDesk]
) -> None:
    resources = open_day()
    spend(resources, "4.6")
    desk = open_asking(account=resources.desk.account.account).desk
    asked = replace(desk, now=resources.now, budget=BudgetLimits(per_day=Decimal(5)))

    plans = [plan_with_budget(asked, one) for one in (SNAPSHOT, an_hour_later(SNAPSHOT))]

    assert sorted(plan.is_left_out for plan in plans) == [False, True]
    assert all(plan.saving.startswith("4.6 of 5 USD per_day are used") for plan in plans)
    for free in ({"budget": BudgetLimits()}, {"cache": CacheMode.REPLAY}):
        assert plan_with_budget(replace(asked, **free), SNAPSHOT) == QuestionPlan()


def an_hour_later(snapshot: MarketSnapshot) -> MarketSnapshot:
    """The market one bar on."""
    candles = tuple(
        replace(candle, opened_at=candle.opened_at + HOUR) for candle in snapshot.candles
    )
    later = {"as_of": snapshot.as_of + HOUR, "taken_at": snapshot.taken_at + HOUR}
    return replace(snapshot, candles=candles, **later)


def test_a_slot_that_the_budget_leaves_out_asks_nobody_and_says_why(
    open_day: OpenDay, stand_in: StandIn
) -> None:
    why = "9 of 10 USD per_day are used: only every second slot is asked in, not this one"
    left_out = QuestionPlan(Arm(mask=Mask.ANONYMISED), why, is_left_out=True)
    resources = replace(open_day(), plan=lambda _: left_out)

    study = studied(resources)
    made, row = decided(resources, study)

    assert stand_in.questions() == []
    assert study.answer == Abstention(AbstentionCode.BUDGET, why)
    assert (row.arm, row.saving) == ("main/ltf/anonymised", why)
    assert (row.reason, row.detail) == (Reason.ANALYST_ABSTAINED, f"budget: {why}")
    with read_session(resources.sessions) as session:
        assert decisions.pictures_of(session, made.decision_id) == ()
    assert replayed(resources, made.decision_id).status is Status.SAME

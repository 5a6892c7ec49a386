"""The plan of the next question: what the settings wish for, as far as the budget reaches."""

from db.repositories import llm_calls
from db.unit_of_work import read_session
from tasks.model_analyst.desk import ModelDesk
from trading.question_plan import QuestionPlan, plan_question, slot_number
from trading.snapshot import MarketSnapshot


def plan_with_budget(desk: ModelDesk, snapshot: MarketSnapshot) -> QuestionPlan:
    """How the desk asks about `snapshot` with the money that is left."""
    if not (desk.budget.is_set and desk.cache.may_ask):
        return QuestionPlan(desk.arm)
    with read_session(desk.sessions) as session:
        spent = llm_calls.spent(session, desk.account, snapshot.symbol, now=desk.now())
    slot = slot_number(snapshot.as_of, snapshot.interval)
    return plan_question(desk.arm, desk.budget, spent, slot=slot)

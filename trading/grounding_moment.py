"""Is the answer still about now, and about what may be done now?"""

from trading.failures import Failure, FailureCode
from trading.grounding_view import GroundingView
from trading.model_answer import ModelAnswer


def check_age(_: ModelAnswer, view: GroundingView) -> Failure | None:
    """None if the answer came before the next bar closed and within a quarter of a bar."""
    snapshot = view.snapshot
    bar = snapshot.interval.length
    if view.answered_at >= snapshot.as_of + bar:
        return Failure(
            FailureCode.STALE,
            f"answered at {view.answered_at.isoformat()}, when the bar after "
            f"{snapshot.as_of.isoformat()} had closed",
        )
    age, allowed = view.answered_at - snapshot.taken_at, bar * float(view.rules.maximum_age)
    if age <= allowed:
        return None
    return Failure(
        FailureCode.STALE, f"answered {age} after the market was looked at, {allowed} allowed"
    )


def check_action(answer: ModelAnswer, view: GroundingView) -> Failure | None:
    """None if the action is one the snapshot allows."""
    allowed = view.snapshot.allowed_actions
    if answer.action in allowed:
        return None
    names = ", ".join(action.name for action in allowed)
    problem = f"/action: {answer.action.name} is not allowed now; allowed: {names}"
    return Failure(FailureCode.SCHEMA, problem, (problem,))

"""Finish what a run that died left behind: orders of unknown fate, decisions without an end."""

from datetime import timedelta

from db.repositories import intents
from db.repositories.intents import Intent, Resolution
from db.states import IntentState
from db.unit_of_work import read_session
from tasks.execution import end_intent, settle
from tasks.policies import SAFE_TO_RETRY
from tasks.resources import Resources
from tasks.steps import step

GRACE = timedelta(seconds=60)
"""Younger intents belong to a run that is still busy with them."""


@step(
    name="resolve-unfinished", task_run_name="resolve unfinished", tags=["read"], **SAFE_TO_RETRY
)
def resolve_unfinished(resources: Resources) -> tuple[Intent, ...]:
    """The intents that could be ended: looked up by link id, or given up where never sent."""
    before = resources.now() - max(GRACE, resources.desk.settle_time)
    with read_session(resources.sessions) as session:
        open_ones = intents.unresolved(session, resources.desk.account, reserved_before=before)
    ended = tuple(_end(resources, intent) for intent in open_ones)
    return tuple(intent for intent in ended if intent.state.is_final)


def _end(resources: Resources, intent: Intent) -> Intent:
    if intent.state is IntentState.RESERVED:
        # The market has moved on since it was approved: it is never sent late.
        never_sent = Resolution(
            IntentState.NOT_EXECUTED, error_message="the run died before sending"
        )
        return end_intent(resources, intent, never_sent)
    return settle(resources, intent)

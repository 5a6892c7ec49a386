"""What every sync asks about the model; the owner hears of what is wrong with it."""

from datetime import datetime

from sqlalchemy.orm import Session

from db.keys import AccountKey
from db.queries.model_record import model_record
from db.repositories import llm_calls
from db.unit_of_work import unit_of_work
from tasks.policies import SAFE_TO_RETRY
from tasks.resources import Resources
from tasks.steps import step
from tasks.telling import tell_alarms
from trading.model_alarms import Alarm, ModelWatch, alarms


@step(name="watch-model", task_run_name="watch model", **SAFE_TO_RETRY)
def watch_model(resources: Resources) -> tuple[Alarm, ...]:
    """What is wrong with the model of the settings now; the owner is told where he was not."""
    watch, key = resources.asking.watch, resources.desk.account
    if watch is None:
        return ()
    now = resources.now()
    with unit_of_work(resources.sessions) as session:
        # Of two syncs at once the second finds what the first has told.
        llm_calls.hold(session, key)
        found = standing_alarms(session, key, watch, now=now)
        tell_alarms(session, resources.asking.recipient, watch.model, found, now=now)
    return found


def standing_alarms(
    session: Session, key: AccountKey, watch: ModelWatch, *, now: datetime
) -> tuple[Alarm, ...]:
    """What is wrong with the watched model, by what the account's rows say at `now`."""
    return alarms(watch, model_record(session, key, watch.model, now=now), now=now)

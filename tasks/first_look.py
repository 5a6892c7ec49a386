"""Look at the model of the settings before a cycle shows it charts and pays for them."""

import structlog

from config.desk import Analyst
from config.settings import Settings
from tasks.model_analyst.first_look import is_look_due, look_once
from tasks.policies import AT_MOST_ONCE
from tasks.resources import Resources, model_access, opened_model_desk
from tasks.steps import step
from trading.errors import MisconfiguredError
from trading.first_look import look_fingerprint

log = structlog.get_logger()


@step(name="look-at-model", task_run_name="look at model", **AT_MOST_ONCE)
def look_at_model(settings: Settings, resources: Resources) -> None:
    """Ask the model one small question, if nobody knows yet what it makes of one.

    It is booked and kept within the budget like any other. Nothing that is wrong with the model
    is raised: its questions will say so themselves, and the owner hears of it (`watching`).
    Without a model, and where stored answers are replayed, nobody is asked.
    """
    if settings.analyst is Analyst.TECHNICAL or not settings.model_cache.may_ask:
        return
    desk, sessions, now = resources.desk, resources.sessions, resources.now
    try:
        fingerprint = _fingerprint(settings)
        if not is_look_due(sessions, desk.account, fingerprint, now):
            return
        with opened_model_desk(settings, desk, sessions, now) as model:
            look_once(model, fingerprint)
    except MisconfiguredError as error:
        log.warning("model cannot be looked at", error=str(error))


def _fingerprint(settings: Settings) -> str:
    access = model_access(settings)
    return look_fingerprint(
        access.server,
        access.model,
        settings.capability(native=access.is_native),
        effort=access.effort,
        sends_picture=settings.arm().sends_picture,
    )

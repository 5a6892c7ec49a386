"""Check of the model that reads the charts: what its ledger says. Nobody is asked for the look."""

from cli.database import database_session, running_database
from cli.doctor.verdicts import Verdict, ok, warning
from config.settings import Settings
from tasks.asking import asking_of
from tasks.clock import wall_time
from tasks.watching import standing_alarms
from trading.errors import MisconfiguredError
from trading.model_alarms import ModelWatch

_LOOK = "ask it with `autotrader llm doctor`; what it costs and may see are AUTOTRADER_MODEL_…"


def check_model(settings: Settings) -> list[Verdict]:
    """A warning for each alarm of the model; nothing where no model is asked."""
    asking = asking_of(settings)
    if asking.watch is None:
        return []
    if not settings.database_url.get_secret_value() and running_database(settings) is None:
        return []
    try:
        with database_session(settings) as session:
            key = asking.recipient.account
            found = standing_alarms(session, key, asking.watch, now=wall_time())
    except MisconfiguredError:
        return []  # the check of the database says what is wrong with it
    if not found:
        return [ok("model", _well(asking.watch))]
    return [warning("model", f"{asking.watch.model}: {one.detail}", _LOOK) for one in found]


def _well(watch: ModelWatch) -> str:
    return f"no alarm about {watch.model}; `autotrader llm doctor` asks it"

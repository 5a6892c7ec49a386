"""Check of the monitor: does what the exchange pushes become rows now."""

from datetime import datetime, timedelta

from cli.database import database_session, running_database
from cli.doctor.verdicts import Verdict, ok, warning
from cli.output import duration
from config.settings import Settings
from db.queries.runs import heartbeats
from tasks.clock import wall_time
from tasks.monitor.writer import COMPONENT
from tasks.resources import desk_of
from trading.errors import MisconfiguredError

LONGEST_SILENCE = timedelta(seconds=60)
"""A monitor beats every few seconds in a market that moves, and every 15 s in one at rest."""

_START = "run `autotrader monitor`; `autotrader up` does it too. Fills are found by the sync alone"


def check_monitor(settings: Settings) -> list[Verdict]:
    """Whether the monitor's heart beats. Without a database nothing can be said, or need be."""
    if not settings.database_url.get_secret_value() and running_database(settings) is None:
        return []
    try:
        with database_session(settings) as session:
            beats = heartbeats(session, desk_of(settings).account)
    except MisconfiguredError:
        return []  # the check of the database says what is wrong with it
    recorded = {beat.component: beat.recorded_at for beat in beats}
    return [_judge(recorded.get(COMPONENT), wall_time())]


def _judge(recorded_at: datetime | None, now: datetime) -> Verdict:
    if recorded_at is None:
        return warning("monitor", "none ever ran for this account", _START)
    # Two clocks, the database's and ours, may differ by a moment.
    age = max(now - recorded_at, timedelta(0))
    seen = f"heard of the exchange {duration(age)} ago"
    return ok("monitor", seen) if age <= LONGEST_SILENCE else warning("monitor", seen, _START)

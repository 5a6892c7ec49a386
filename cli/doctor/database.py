"""Checks of the database: does it answer, and is its schema this program's."""

from cli.database import embedded_database, running_database
from cli.doctor.verdicts import Verdict, failure, ok, warning
from cli.stack.database import FOLDER
from config.settings import Settings
from db import migrate
from trading.errors import MisconfiguredError

_UPGRADE = "run `autotrader db upgrade`"


def check_database(settings: Settings) -> list[Verdict]:
    """Whether the database answers and, if so, whether its schema is the newest.

    An embedded database that nobody runs is started for the look; one that was never made is not
    made by it.
    """
    url = settings.database_url.get_secret_value() or running_database(settings)
    try:
        if url:
            return _look(url, "answers")
        if not (settings.data_folder / FOLDER).is_dir():
            return [_not_made(settings)]
        with embedded_database(settings) as server:
            return _look(server.url, "embedded, starts and answers")
    except MisconfiguredError as error:
        fix = "start PostgreSQL or correct AUTOTRADER_DATABASE_URL"
        return [failure("database", str(error), fix)]


def _not_made(settings: Settings) -> Verdict:
    detail = f"no embedded database in {settings.data_folder} yet"
    return warning("database", detail, "`autotrader up` makes it")


def _look(url: str, how: str) -> list[Verdict]:
    revision, newest = migrate.current(url), migrate.head()
    reachable = ok("database", how)
    if revision == newest:
        return [reachable, ok("migrations", f"at {revision}, the newest")]
    detail = f"the schema is at {revision or 'no revision (empty)'}, this program needs {newest}"
    return [reachable, failure("migrations", detail, _UPGRADE)]

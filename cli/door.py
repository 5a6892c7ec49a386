"""The door to the desk for whoever starts a process that stands outside its runs."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from cli.desk_clock import desk_clock
from config.settings import Settings
from db.engine import EngineOptions, open_engine
from db.migrate import require_current
from db.unit_of_work import session_factory
from tasks.asking import asking_of
from tasks.door import Door
from tasks.resources import open_resources


@contextmanager
def open_door(settings: Settings, *, role: str) -> Iterator[Door]:
    """The way to the desk of the settings; its exchange is opened for each deed.

    `role` names the process in the database's own views.

    Raises:
        MisconfiguredError: the database cannot be reached or its schema is not this program's.
        ExchangeError: a market is replayed, and the exchange does not tell its time.
    """
    url = settings.database_url.get_secret_value()
    options = EngineOptions(application_name=role)
    with open_engine(url, options) as engine, desk_clock(settings) as now:
        require_current(engine)
        yield Door(
            session_factory(engine),
            asking_of(settings),
            partial(open_resources, settings, role=role),
            now,
        )

"""What a command by hand needs of the desk: its database, its exchange, Prefect's API.

Beside a running `autotrader up` a command uses what that one runs; alone it starts what is missing
and stops it again.
"""

import logging
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager

from prefect.settings import (
    PREFECT_API_URL,
    PREFECT_FLOWS_HEARTBEAT_FREQUENCY,
    temporary_settings,
)
from pydantic import SecretStr
from sqlalchemy.orm import Session

from adapters.bybit.gateway import BybitGateway, connect
from adapters.bybit.retries import ReadPolicy
from cli.hand_gate import open_gate_by_hand
from cli.output import warn
from cli.stack.database import FOLDER, open_database
from cli.stack.orchestration import (
    is_answering,
    quiet_prefect,
    runs_reported_to,
    start_prefect_server,
)
from cli.stack.ports import free_port
from config.current import settings_in_force
from config.logging import configure_logging
from config.places import LogLevel
from config.settings import Settings
from db.embedded import EmbeddedPostgres
from db.engine import create_engine
from db.migrate import require_current
from db.unit_of_work import read_session, session_factory
from tasks.resources import Resources, exchange_access, open_resources, traffic_rules

PREFECT_FOLDER = "prefect"
"""Where in the data folder Prefect's own data lives."""

_TALKATIVE = ("alembic", "httpx", "httpx2")  # a line per request says nothing to the owner


def load_settings() -> Settings:
    """The owner's settings, logging as they say.

    Raises:
        MisconfiguredError: a setting is wrong; the message names it.
    """
    settings = Settings.load()
    configure_logging(settings)
    if settings.log_level is not LogLevel.DEBUG:
        for library in _TALKATIVE:
            logging.getLogger(library).setLevel(logging.WARNING)
    return settings


@contextmanager
def desk_in_force() -> Iterator[Settings]:
    """The owner's settings with a database that runs; flows inside the block use them."""
    settings = load_settings()
    with desk_database(settings) as url:
        settings = with_database(settings, url)
        with settings_in_force(settings):
            yield settings


def with_database(settings: Settings, url: str) -> Settings:
    """The same settings with the address of a database that runs."""
    return settings.model_copy(update={"database_url": SecretStr(url)})


@contextmanager
def desk_database(settings: Settings) -> Iterator[str]:
    """The URL of the desk's database: the owner's, the one that `up` runs, or one started here.

    Raises:
        MisconfiguredError: it cannot be reached or its schema is not this program's.
    """
    if (url := running_database(settings)) is not None:
        yield url
        return
    with open_database(settings) as url:
        yield url


def running_database(settings: Settings) -> str | None:
    """The URL of the embedded database if another process runs it now."""
    if settings.database_url.get_secret_value():
        return None
    server = embedded_database(settings)
    return server.url if server.process_id is not None else None


def embedded_database(settings: Settings) -> EmbeddedPostgres:
    """The embedded server of the data folder, running or not."""
    return EmbeddedPostgres(settings.data_folder / FOLDER)


@contextmanager
def database_session(settings: Settings) -> Iterator[Session]:
    """A session that reads one moment of the desk's database."""
    with desk_database(settings) as url:
        engine = create_engine(url)
        try:
            require_current(engine)
            with read_session(session_factory(engine)) as session:
                yield session
        finally:
            engine.dispose()


@contextmanager
def exchange_gateway(
    settings: Settings, policy: ReadPolicy | None = None
) -> Iterator[BybitGateway]:
    """The gateway to the account of the settings, counted with the desk's own requests."""
    url = settings.database_url.get_secret_value() or running_database(settings) or ""
    with (
        open_gate_by_hand(url, traffic_rules(settings)) as gate,
        closing(connect(exchange_access(settings), policy, gate)) as gateway,
    ):
        yield gateway


def open_desk(settings: Settings, *, role: str) -> AbstractContextManager[Resources]:
    """Everything a step needs, for steps that run by hand and not in a flow."""
    return open_resources(settings, role=role)


def prefect_answers(settings: Settings) -> bool:
    """Whether the Prefect API of the settings is there."""
    return is_answering(settings.prefect_url)


@contextmanager
def prefect_api(settings: Settings) -> Iterator[None]:
    """Flows called inside the block report to the Prefect API of the settings, or to one of ours.

    A server of ours takes about ten seconds to start and keeps its runs in the data folder.
    """
    if prefect_answers(settings):
        own = {PREFECT_API_URL: settings.prefect_url, PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}
        with temporary_settings(own), quiet_prefect():
            yield
        return
    warn(f"Prefect does not answer at {settings.prefect_url}; starting it for this run.")
    folder = settings.data_folder.resolve() / PREFECT_FOLDER
    log = folder / "server.log"
    with start_prefect_server(folder, free_port(), log=log, with_ui=False) as server:
        server.wait_until_ready()
        with runs_reported_to(server):
            yield

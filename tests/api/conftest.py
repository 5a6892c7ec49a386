"""Programs that talk to the API of a desk, each desk with an account of its own."""

from collections.abc import Iterator
from functools import partial
from typing import NoReturn

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from adapters.uploaded_image import read_upload
from api.desk import ApiDesk
from config.settings import Settings
from db.engine import create_engine
from db.unit_of_work import session_factory as make_factory
from tasks.asking import asking_of
from tasks.door import Door
from tasks.resources import open_resources
from tests.api.programs import Program, program_of
from tests.fixtures.desk_fixtures import owner, proxy, unhurried_reads, venue
from tests.fixtures.desks import new_account, settings_of
from tests.fixtures.scripted_proxy import ScriptedProxy
from tests.fixtures.simulator import Venue, open_venue
from tests.trading.builders import NOW
from trading.api_access import Scope
from trading.errors import ExchangeRetryableError

__all__ = ["open_venue", "owner", "proxy", "unhurried_reads", "venue"]


@pytest.fixture(scope="session")
def _engine(desk_database_url: str) -> Iterator[Engine]:
    engine = create_engine(desk_database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def sessions(_engine: Engine) -> sessionmaker[Session]:
    """Sessions on the database that desks share."""
    return make_factory(_engine)


def _silent() -> NoReturn:
    message = "the exchange does not answer"
    raise ExchangeRetryableError(message)


@pytest.fixture
def offline(sessions: sessionmaker[Session]) -> ApiDesk:
    """A desk that never traded and whose exchange is silent."""
    settings = Settings(account=new_account())
    door = Door(sessions, asking_of(settings), _silent, lambda: NOW)
    return ApiDesk(settings, door, read_upload)


@pytest.fixture
def online(
    venue: Venue, proxy: ScriptedProxy, sessions: sessionmaker[Session], desk_database_url: str
) -> ApiDesk:
    """A desk with an exchange of its own, which it reaches through the proxy."""
    settings = settings_of(venue, desk_database_url, exchange_base_url=proxy.url)
    opening = partial(open_resources, settings, role="test")
    door = Door(sessions, asking_of(settings), opening, venue.gateway.server_time)
    return ApiDesk(settings, door, read_upload)


@pytest.fixture
def reader(offline: ApiDesk) -> Program:
    """A program that may look at the desk whose exchange is silent."""
    return program_of(offline, Scope.READ)


@pytest.fixture
def trader(offline: ApiDesk) -> Program:
    """A program that may act for the owner there."""
    return program_of(offline, Scope.TRADE)

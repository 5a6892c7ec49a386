"""A desk on the simulated exchange whose owner has a phone."""

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session, sessionmaker

from db.engine import create_engine
from db.unit_of_work import session_factory as make_factory
from tasks.door import Door
from tasks.resources import Resources
from tasks.sync_reading import read_account
from tasks.sync_recording import record_account
from tasks.telegram.desk_answers import DeskAnswers
from tests.fixtures.desk_fixtures import (
    market_folder,
    open_desk,
    proxy,
    quiet_venue,
    unhurried_reads,
    venue,
)
from tests.fixtures.simulator import open_venue
from tests.fixtures.telegram_stub import TelegramStub, telegram_stub
from tests.tasks.approving import asking

__all__ = [
    "market_folder",
    "open_desk",
    "open_venue",
    "proxy",
    "quiet_venue",
    "unhurried_reads",
    "venue",
]


@dataclass
class Later:
    """The desk's time, moved on by hand."""

    resources: Resources
    lead: timedelta = timedelta(0)

    def __call__(self):  # type: ignore[no-untyped-def]
        return self.resources.now() + self.lead


@pytest.fixture
def desk(open_desk: Callable[..., Resources]) -> Resources:
    resources = open_desk()
    record_account.fn(resources, read_account.fn(resources))
    return resources


@pytest.fixture
def later(desk: Resources) -> Later:
    return Later(desk)


@pytest.fixture
def door(desk: Resources, later: Later) -> Door:
    moved = replace(desk, now=later)
    return Door(desk.sessions, asking(desk), lambda: nullcontext(moved), later)


@pytest.fixture
def answers(door: Door) -> DeskAnswers:
    return DeskAnswers(door)


@pytest.fixture(scope="module")
def stub_process() -> Iterator[TelegramStub]:
    with telegram_stub() as running:
        yield running


@pytest.fixture
def stub(stub_process: TelegramStub) -> TelegramStub:
    stub_process.forget()
    return stub_process


@pytest.fixture(scope="module")
def sessions(desk_database_url: str) -> Iterator[sessionmaker[Session]]:
    engine = create_engine(desk_database_url)
    yield make_factory(engine)
    engine.dispose()

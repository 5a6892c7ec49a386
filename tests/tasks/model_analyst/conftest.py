"""A desk that asks the stand-in model server, on a real Postgres and at a moment of its own."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from db.engine import create_engine
from db.unit_of_work import session_factory as make_factory
from model_sim.server.running import Addresses, build_stand_in
from model_sim.server.settings import Settings as StandInSettings
from tasks.resources import Resources, open_resources
from tests.fixtures.desks import settings_of
from tests.fixtures.simulator import Venue
from tests.fixtures.studies import remember
from tests.tasks.model_analyst.asking_desk import (
    KEY,
    MODELS,
    PRICES,
    TOKEN,
    AskingDesk,
    StandIn,
    next_seed,
    open_asking_desk,
)
from trading.arms import USUAL, Arm

WAIT_S = 30


@pytest.fixture(scope="session")
def _addresses() -> Iterator[Addresses]:
    ready = threading.Event()
    settings = StandInSettings(api_key=KEY, control_token=TOKEN, models=MODELS)
    server = build_stand_in(settings, lambda _addresses: ready.set())
    thread = threading.Thread(target=server.run, kwargs={"handle_signals": False})
    thread.start()
    assert ready.wait(WAIT_S)
    yield server.addresses
    server.server.stop()
    thread.join(WAIT_S)


@pytest.fixture
def stand_in(_addresses: Addresses) -> Iterator[StandIn]:
    """The stand-in with an empty script, which remembers only what this test asks."""
    headers = {"x-control-token": TOKEN}
    with httpx.Client(
        base_url=_addresses.control, headers=headers, trust_env=False, timeout=WAIT_S
    ) as control:
        control.delete("/script").raise_for_status()
        told = control.get("/calls").json()["calls"]
        yield StandIn(_addresses.base_url, control, told[-1]["number"] if told else 0)
        control.delete("/script").raise_for_status()


@pytest.fixture(scope="session")
def _engine(desk_database_url: str) -> Iterator[Engine]:
    engine = create_engine(desk_database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def sessions(_engine: Engine) -> sessionmaker[Session]:
    """Sessions on the database that desks share; each test has its own account and seed."""
    return make_factory(_engine)


@pytest.fixture
def open_asking(
    stand_in: StandIn, sessions: sessionmaker[Session]
) -> Iterator[Callable[..., AskingDesk]]:
    """Opens desks that ask the stand-in; what is given are settings."""
    with ExitStack() as opened:

        def start(**settings: object) -> AskingDesk:
            return opened.enter_context(open_asking_desk(stand_in, sessions, **settings))

        yield start


@pytest.fixture
def asking(open_asking: Callable[..., AskingDesk]) -> AskingDesk:
    """A desk of usual settings, with a price for the stand-in and a budget."""
    return open_asking()


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[object]]:
    """Python's sockets lead nowhere; the database is reached by its own library."""
    tried: list[object] = []

    def refuse(_socket: socket.socket, address: object) -> None:
        tried.append(address)
        message = f"a replay opened a connection to {address}"
        raise AssertionError(message)

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "connect_ex", refuse)
    yield tried
    assert tried == []


@pytest.fixture
def open_day(
    stand_in: StandIn, quiet_venue: Venue, desk_database_url: str
) -> Iterator[Callable[..., Resources]]:
    """Opens desks as a trading cycle does, whose model shows the market by an arm."""
    with ExitStack() as opened:

        def start(arm: Arm = USUAL, **changes: Any) -> Resources:
            fields: dict[str, Any] = {
                "analyst": "openai",
                "model_base_url": stand_in.base_url,
                "model_api_key": KEY,
                "model_name": "stand-in-vision",
                "model_price_file": str(PRICES),
                "model_seed": next_seed(),
                "model_pictures": arm.pictures.value,
                "model_mask": arm.mask,
                "model_placebo": arm.is_placebo,
            }
            settings = settings_of(quiet_venue, desk_database_url, **(fields | changes))
            resources = opened.enter_context(open_resources(settings, role="test"))
            remember(resources)
            return resources

        yield start

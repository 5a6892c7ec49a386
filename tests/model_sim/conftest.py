"""A stand-in to talk to: in the same process, or behind a real socket."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from starlette.testclient import TestClient

from model_sim.server.app import build_app
from model_sim.server.running import Addresses, build_stand_in
from tests.model_sim.talking import CREATED, HEADERS, Served, Talk, settings

WAIT_S = 30


@pytest.fixture
def talking() -> Iterator[Callable[..., Talk]]:
    """Starts stand-ins with other settings."""
    opened: list[TestClient] = []

    def start(**changes: Any) -> Talk:
        app = build_app(settings(**changes), lambda: CREATED)
        opened.append(TestClient(app, headers=HEADERS))
        return Talk(opened[-1])

    yield start
    for client in opened:
        client.close()


@pytest.fixture
def talk(talking: Callable[..., Talk]) -> Talk:
    """A stand-in without any trouble."""
    return talking()


@pytest.fixture(scope="session")
def _loopback() -> Iterator[Addresses]:
    ready = threading.Event()
    stand_in = build_stand_in(settings(), lambda _addresses: ready.set())
    thread = threading.Thread(target=stand_in.run, kwargs={"handle_signals": False})
    thread.start()
    assert ready.wait(WAIT_S)
    yield stand_in.addresses
    stand_in.server.stop()
    thread.join(WAIT_S)


@pytest.fixture
def served(_loopback: Addresses) -> Iterator[Served]:
    """The stand-in on loopback, with an empty script before and after."""
    root = _loopback.base_url.removesuffix("/v1")
    with httpx.Client(base_url=root, headers=HEADERS, trust_env=False, timeout=WAIT_S) as client:
        yield Served(_loopback.base_url, Talk(client))
        client.delete("/control/script")

"""A scripted model server on loopback, and a client of it."""

from collections.abc import Iterator

import pytest

from adapters.openai.client import ModelClient, connect_model
from tests.adapters.openai.model_builders import access_to
from tests.adapters.openai.scripted_model_server import ScriptedModelServer


@pytest.fixture(scope="module")
def _listening() -> Iterator[ScriptedModelServer]:
    server = ScriptedModelServer()
    yield server
    server.close()


@pytest.fixture(scope="module")
def _connected(_listening: ScriptedModelServer) -> Iterator[ModelClient]:
    client = connect_model(access_to(_listening.url))
    yield client
    client.close()


@pytest.fixture
def server(_listening: ScriptedModelServer) -> ScriptedModelServer:
    _listening.forget()
    return _listening


@pytest.fixture
def client(_connected: ModelClient, server: ScriptedModelServer) -> ModelClient:
    return _connected

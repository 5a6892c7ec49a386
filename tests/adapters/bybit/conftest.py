"""The gateway and its transport, connected to a scripted exchange on loopback."""

from collections.abc import Iterator

import pytest
import stamina

from adapters.bybit.gateway import BybitGateway, connect
from adapters.bybit.transport import BybitTransport
from tests.adapters.bybit.scripted_exchange import ScriptedExchange, access_to


@pytest.fixture
def exchange() -> Iterator[ScriptedExchange]:
    scripted = ScriptedExchange()
    yield scripted
    scripted.close()


@pytest.fixture
def transport(exchange: ScriptedExchange) -> Iterator[BybitTransport]:
    opened = BybitTransport(access_to(exchange.url))
    yield opened
    opened.close()


@pytest.fixture
def gateway(exchange: ScriptedExchange) -> Iterator[BybitGateway]:
    opened = connect(access_to(exchange.url))
    yield opened
    opened.close()


@pytest.fixture(autouse=True)
def _no_waiting() -> Iterator[None]:
    with stamina.set_testing(True, attempts=3, cap=True):
        yield

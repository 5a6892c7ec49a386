"""A request that got no answer was not sent only if no connection ever stood."""

import socket

import pytest
import requests
import urllib3

from adapters.bybit.answers import network_failure
from tests.adapters.bybit.scripted_exchange import API_KEY
from trading.errors import ExchangeOutcomeUnknownError, ExchangeRetryableError


def gave_up(reason: Exception) -> requests.ConnectionError:
    """As requests wraps the reason urllib3 gave up for."""
    pool = urllib3.HTTPConnectionPool("127.0.0.1")
    return requests.ConnectionError(urllib3.exceptions.MaxRetryError(pool, "/", reason))


NOT_SENT = [
    requests.ConnectTimeout(),
    gave_up(urllib3.exceptions.NewConnectionError(urllib3.HTTPConnectionPool("x"), "refused")),
    gave_up(
        urllib3.exceptions.NameResolutionError(
            "x", urllib3.HTTPConnectionPool("x"), socket.gaierror()
        )
    ),
]
UNKNOWN = [
    requests.ReadTimeout(),
    requests.ConnectionError(urllib3.exceptions.ProtocolError("Connection aborted.")),
    gave_up(urllib3.exceptions.ProtocolError("Connection aborted.")),
    requests.ConnectionError(),
    requests.exceptions.ChunkedEncodingError(),
    requests.exceptions.SSLError(),
    requests.exceptions.ProxyError(),
    urllib3.exceptions.DecodeError(),
]


@pytest.mark.parametrize("error", NOT_SENT)
def test_without_a_connection_the_request_was_not_sent(error: Exception) -> None:
    assert isinstance(network_failure("place_order", error), ExchangeRetryableError)


@pytest.mark.parametrize("error", UNKNOWN)
def test_with_a_connection_nobody_knows(error: Exception) -> None:
    assert isinstance(network_failure("place_order", error), ExchangeOutcomeUnknownError)


def test_the_message_names_the_kind_and_quotes_nothing() -> None:
    failure = network_failure("place_order", requests.ReadTimeout(f"headers {API_KEY}"))

    assert str(failure) == "place_order: no answer (ReadTimeout); it may have been executed"

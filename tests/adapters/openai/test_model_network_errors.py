"""A request without an answer: whether it left, whether it may have been billed, what to do."""

import ssl

import httpx2
import pytest
from openai import APIConnectionError, APITimeoutError

from adapters.openai.network_errors import network_failure
from tests.adapters.openai.model_builders import KEY, access_to
from trading.model_errors import ModelRefusedError, ModelUnavailableError, RefusalKind

REQUEST = httpx2.Request("POST", "http://127.0.0.1:1/v1")


def raised_from(*causes: Exception) -> Exception:
    """The error of the SDK with its causes, the outermost first."""
    error: Exception = APIConnectionError(request=REQUEST)
    outer = error
    for cause in causes:
        outer.__cause__ = cause
        outer = cause
    return error


@pytest.mark.parametrize(
    ("cause", "may_be_billed"),
    [
        (httpx2.ConnectError("Connection refused"), False),
        (httpx2.ConnectTimeout("timed out"), False),
        (httpx2.PoolTimeout("timed out"), False),
        (httpx2.ProxyError("407"), False),
        (httpx2.ReadTimeout("timed out"), True),
        (httpx2.ReadError("reset"), True),
        (httpx2.WriteError("reset"), True),
        (httpx2.RemoteProtocolError("closed"), True),
    ],
)
def test_what_never_left_cannot_be_billed(cause: Exception, may_be_billed: bool) -> None:
    error = network_failure(raised_from(cause), access_to())

    assert isinstance(error, ModelUnavailableError)
    assert error.may_be_billed is may_be_billed
    assert str(cause) in str(error)


def test_a_certificate_that_is_not_trusted_is_for_the_owner_to_settle() -> None:
    refused = ssl.SSLCertVerificationError("self-signed certificate")

    error = network_failure(raised_from(httpx2.ConnectError("SSL"), refused), access_to())

    assert isinstance(error, ModelRefusedError)
    assert error.kind is RefusalKind.NOT_ALLOWED
    assert "PEM file" in error.advice


def test_an_error_without_words_is_named_by_its_kind() -> None:
    error = network_failure(raised_from(httpx2.ReadError("")), access_to())

    assert "(ReadError)" in str(error)
    assert "APITimeoutError" not in str(network_failure(APITimeoutError(REQUEST), access_to()))


def test_the_key_is_not_quoted() -> None:
    error = network_failure(raised_from(httpx2.ConnectError(f"bad {KEY}")), access_to())

    assert KEY not in str(error)

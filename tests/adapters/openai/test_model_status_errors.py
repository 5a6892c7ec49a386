"""Each bad answer is told apart by what the owner can do about it."""

from datetime import timedelta

import pytest

from adapters.openai.access import ModelAccess
from adapters.openai.bad_answer import BadAnswer
from adapters.openai.received import Received
from adapters.openai.status_errors import failure_of
from tests.adapters.openai.model_builders import KEY, NOW, access_to
from tests.adapters.openai.scripted_model_server import as_json
from trading.model_errors import (
    ModelError,
    ModelRefusedError,
    ModelUnavailableError,
)
from trading.model_errors import RefusalKind as Kind

V1 = access_to()
WITHOUT_V1 = access_to("http://127.0.0.1:11434")
NO_KEY = access_to(key="")


def failure(
    status: int, body: object, access: ModelAccess | None = None, **headers: str
) -> ModelError:
    received = Received(as_json(body).body, "req_1")
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return failure_of(BadAnswer(status, received, named), access or access_to(), NOW)


def openai(message: str, code: str | None = None, kind: str | None = None) -> dict[str, object]:
    return {"error": {"message": message, "type": kind, "param": None, "code": code}}


CASES: list[tuple[int, object, ModelAccess, Kind, str]] = [
    # What OpenAI says.
    (401, openai("Incorrect API key", "invalid_api_key"), V1, Kind.WRONG_KEY, "copy it again"),
    (401, openai("no key"), NO_KEY, Kind.WRONG_KEY, "none is set"),
    (
        429,
        openai("You exceeded your current quota", "insufficient_quota"),
        V1,
        Kind.NO_QUOTA,
        "add credit",
    ),
    (429, openai("exceeded", None, "insufficient_quota"), V1, Kind.NO_QUOTA, "add credit"),
    (
        429,
        openai("Request too large for gpt-4o", "rate_limit_exceeded"),
        V1,
        Kind.TOO_LARGE,
        "fewer candles",
    ),
    (400, openai("too long", "context_length_exceeded"), V1, Kind.TOO_LARGE, "fewer candles"),
    (
        404,
        openai("The model `x` does not exist", "model_not_found"),
        V1,
        Kind.NOT_FOUND,
        "check its name",
    ),
    (403, openai("Country not supported"), V1, Kind.NOT_ALLOWED, "serves your country"),
    # What other servers say.
    (
        404,
        {"error": 'model "x" not found, try pulling it first'},
        V1,
        Kind.NOT_FOUND,
        "pulled or loaded",
    ),
    (404, {"detail": "Not Found"}, WITHOUT_V1, Kind.NOT_FOUND, "Did you forget /v1"),
    (404, "404 page not found", WITHOUT_V1, Kind.NOT_FOUND, "try http://127.0.0.1:11434/v1"),
    (404, {"detail": "Not Found"}, V1, Kind.NOT_FOUND, "check the address"),
    (405, {"detail": "Method Not Allowed"}, WITHOUT_V1, Kind.NOT_FOUND, "Did you forget /v1"),
    (
        400,
        {"message": "This model's maximum context length is 4096", "code": 400},
        V1,
        Kind.TOO_LARGE,
        "more room",
    ),
    (
        400,
        openai("API key not valid. Please pass a valid API key."),
        V1,
        Kind.WRONG_KEY,
        "copy it again",
    ),
    (402, openai("Insufficient Balance"), V1, Kind.NO_QUOTA, "add credit"),
    (413, None, V1, Kind.TOO_LARGE, "fewer candles"),
    (422, {"detail": "nope"}, V1, Kind.BAD_REQUEST, "llm doctor"),
    (418, None, V1, Kind.BAD_REQUEST, "llm doctor"),
]


@pytest.mark.parametrize(("status", "body", "access", "kind", "advice"), CASES)
def test_a_refusal_says_what_to_change(
    status: int, body: object, access: ModelAccess, kind: Kind, advice: str
) -> None:
    error = failure(status, body, access)

    assert isinstance(error, ModelRefusedError)
    assert error.kind is kind
    assert advice in error.advice
    assert (error.evidence.status, error.evidence.request_id) == (status, "req_1")


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_of_refusal_is_reached(kind: Kind) -> None:
    assert kind in {case[3] for case in CASES}


@pytest.mark.parametrize("status", [408, 409, 429, 500, 502, 503, 504, 529, 599])
def test_trouble_that_passes_may_be_tried_again(status: int) -> None:
    error = failure(status, openai("Rate limit reached", "rate_limit_exceeded", "tokens"))

    assert isinstance(error, ModelUnavailableError)
    assert error.retry_after is None


def test_what_a_proxy_lost_may_have_been_billed() -> None:
    assert failure(502, None).may_be_billed
    assert failure(520, None).may_be_billed
    assert not failure(503, None).may_be_billed


def test_the_pause_that_the_server_asks_for_is_kept() -> None:
    error = failure(503, None, retry_after="12")

    assert isinstance(error, ModelUnavailableError)
    assert error.retry_after == timedelta(seconds=12)


def test_a_redirect_names_its_target() -> None:
    error = failure(301, None, location="https://other.example/v1")

    assert isinstance(error, ModelRefusedError)
    assert "https://other.example/v1" in error.advice


def test_the_part_of_the_request_that_is_to_blame_is_named() -> None:
    body = {"error": {"message": "Unsupported value", "param": "temperature"}}

    assert "(temperature)" in failure(400, body).advice


@pytest.mark.parametrize(
    "quoted", [KEY, "sk-abc", "sk-proj-ab12****9876", "org-a1b2c3", "a\nb", "x" * 5000, "\x1b[2J"]
)
def test_what_the_server_quotes_is_masked_and_short(quoted: str) -> None:
    error = failure(401, openai(f"Incorrect key: {quoted}"))

    assert quoted not in str(error)
    assert len(str(error)) < 500
    assert str(error).isprintable()

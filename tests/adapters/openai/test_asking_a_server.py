"""A client sends what the owner chose, once, and takes nothing for an answer that is none."""

import gzip
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx2
import pytest

from adapters.openai.bounds import LARGEST_BODY, BoundedBodies
from adapters.openai.calling import ask
from adapters.openai.client import (
    Clocks,
    ModelClient,
    connect_model,
)
from tests.adapters.openai.model_builders import (
    CHAT,
    KEY,
    REQUEST,
    RESPONSES,
    FakeTime,
    access_to,
    chat_answer,
    responses_answer,
    said,
)
from tests.adapters.openai.scripted_model_server import (
    Scripted,
    ScriptedModelServer,
    as_json,
    error,
)
from trading.capabilities import Capability
from trading.model_errors import (
    ModelError,
    ModelRefusedError,
    ModelUnavailableError,
    RefusalKind,
)

NO_SCHEMA = replace(REQUEST, schema=None)


def test_a_chat_server_is_asked_with_key_and_model(
    client: ModelClient, server: ScriptedModelServer
) -> None:
    server.answers.append(as_json(chat_answer("up"), x_request_id="req_7"))

    reply = ask(client, REQUEST, CHAT)

    (asked,) = server.asked
    assert asked.path == "/v1/chat/completions"
    assert asked.headers["authorization"] == f"Bearer {KEY}"
    assert asked.headers["accept-encoding"] == "identity"
    assert asked.body["model"] == "vision-1"
    assert (reply.text, reply.request_id) == ("up", "req_7")
    assert json.loads(reply.raw) == chat_answer("up")
    assert reply.first_byte is not None
    assert timedelta(0) < reply.first_byte <= reply.latency


def test_the_responses_api_has_a_path_of_its_own(
    client: ModelClient, server: ScriptedModelServer
) -> None:
    server.answers.append(as_json(responses_answer(said("up"))))

    assert ask(client, REQUEST, RESPONSES).text == "up"
    assert server.asked[0].path == "/v1/responses"


def test_settings_of_other_programs_in_the_environment_are_not_sent(
    server: ScriptedModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-someone-else")
    monkeypatch.setenv("OPENAI_ORG_ID", "org-other")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "proj-other")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:1/v1")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "Authorization: Bearer sk-of-someone-else")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    server.answers.append(as_json(chat_answer()))
    client = connect_model(access_to(server.url, key=""))

    ask(client, REQUEST, CHAT)
    client.close()

    headers = server.asked[0].headers
    assert headers["authorization"] == "Bearer no-key"
    assert {"openai-organization", "openai-project"}.isdisjoint(headers)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, RefusalKind.BAD_REQUEST),
        (401, RefusalKind.WRONG_KEY),
        (402, RefusalKind.NO_QUOTA),
        (403, RefusalKind.NOT_ALLOWED),
        (404, RefusalKind.NOT_FOUND),
        (413, RefusalKind.TOO_LARGE),
        (422, RefusalKind.BAD_REQUEST),
    ],
)
def test_a_refusal_is_told_once_and_never_shows_the_key(
    client: ModelClient, server: ScriptedModelServer, status: int, kind: RefusalKind
) -> None:
    server.answers.append(error(status, f"not with {KEY}"))

    with pytest.raises(ModelRefusedError) as caught:
        ask(client, REQUEST, CHAT)

    assert (caught.value.kind, caught.value.evidence.status) == (kind, status)
    assert caught.value.__context__ is None  # the SDK's error holds the request and its key
    assert KEY not in str(caught.value)
    assert len(server.asked) == 1


@pytest.mark.parametrize("status", [408, 409, 429, 500, 502, 503, 504, 529])
def test_trouble_of_the_server_may_pass(
    client: ModelClient, server: ScriptedModelServer, status: int
) -> None:
    server.answers.append(Scripted(status, b"<html>busy</html>", {"retry-after": "7"}))

    with pytest.raises(ModelUnavailableError) as caught:
        ask(client, REQUEST, CHAT)

    assert caught.value.retry_after == timedelta(seconds=7)
    assert caught.value.may_be_billed is (status in {408, 502, 504})
    assert len(server.asked) == 1  # the SDK does not ask again by itself


def test_a_redirect_is_not_followed(client: ModelClient, server: ScriptedModelServer) -> None:
    target = f"{server.url}/elsewhere"
    server.answers.append(Scripted(307, b"", {"location": target}))

    with pytest.raises(ModelRefusedError, match="redirects are not followed"):
        ask(client, REQUEST, CHAT)

    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "cut",
    [
        Scripted(is_dropped=True),
        Scripted(body=b'{"choices": [', declared=5000),
    ],
    ids=["no word", "half a body"],
)
def test_a_dropped_connection_may_have_been_billed(
    client: ModelClient, server: ScriptedModelServer, cut: Scripted
) -> None:
    server.answers.append(cut)

    with pytest.raises(ModelUnavailableError, match="no whole answer") as caught:
        ask(client, REQUEST, CHAT)

    assert caught.value.may_be_billed


def test_a_silent_server_is_left_at_the_deadline(
    client: ModelClient, server: ScriptedModelServer
) -> None:
    server.answers.append(Scripted(is_silent=True))

    with pytest.raises(ModelUnavailableError, match="timed out") as caught:
        ask(client, replace(REQUEST, deadline=timedelta(milliseconds=50)), CHAT)

    assert caught.value.may_be_billed


def test_a_body_that_trickles_is_left_at_the_deadline(server: ScriptedModelServer) -> None:
    server.answers.append(as_json(chat_answer("x" * 500_000)))
    seconds = iter(range(0, 100_000, 30))
    clocks = Clocks(lambda: datetime.now(UTC), lambda: float(next(seconds)))
    client = connect_model(access_to(server.url), clocks=clocks)

    with pytest.raises(ModelUnavailableError, match="its time was up") as caught:
        ask(client, REQUEST, CHAT)
    client.close()

    assert caught.value.may_be_billed


def test_a_body_gets_only_the_time_that_its_headers_left() -> None:
    time = FakeTime()
    bodies = BoundedBodies(time.elapsed)
    request = httpx2.Request("POST", "http://127.0.0.1:1/v1")
    request.extensions["timeout"] = {"read": 60.0, "pool": 60.0}

    bodies.before(request)
    time.seconds = 50
    bodies.after(httpx2.Response(200, content=b"{}", request=request))

    assert request.extensions["timeout"]["read"] == 10


def test_a_client_is_shared_by_threads(client: ModelClient, server: ScriptedModelServer) -> None:
    server.answers.extend([as_json(chat_answer("up"))] * 16)

    with ThreadPoolExecutor(8) as threads:
        replies = list(threads.map(lambda _: ask(client, REQUEST, CHAT), range(16)))

    assert {reply.text for reply in replies} == {"up"}


def test_a_huge_body_is_not_read_to_its_end(
    client: ModelClient, server: ScriptedModelServer
) -> None:
    server.answers.append(Scripted(body=b" " * (LARGEST_BODY + 100_000)))

    with pytest.raises(ModelRefusedError, match="larger than 16 MB") as caught:
        ask(client, REQUEST, CHAT)

    assert caught.value.kind is RefusalKind.TOO_LARGE
    assert caught.value.may_be_billed


def test_a_huge_error_page_is_not_read_to_its_end(
    client: ModelClient, server: ScriptedModelServer
) -> None:
    server.answers.append(Scripted(500, b" " * (LARGEST_BODY + 100_000)))

    with pytest.raises(ModelRefusedError, match="larger than 16 MB"):
        ask(client, REQUEST, CHAT)


def test_a_packed_answer_is_refused(client: ModelClient, server: ScriptedModelServer) -> None:
    packed = gzip.compress(b" " * 1_000_000)
    server.answers.append(Scripted(body=packed, headers={"content-encoding": "gzip"}))

    with pytest.raises(ModelRefusedError, match="packed"):
        ask(client, REQUEST, CHAT)


@pytest.mark.parametrize(
    "body",
    [b"<!doctype html><title>Web UI</title>", b"", b"[]", b"null", b"{}", b"[" * 100_000],
    ids=["page", "empty", "list", "null", "nothing", "deep"],
)
@pytest.mark.parametrize("capability", [CHAT, RESPONSES], ids=["chat", "responses"])
def test_a_good_status_makes_no_answer(
    client: ModelClient, server: ScriptedModelServer, body: bytes, capability: Capability
) -> None:
    server.answers.append(Scripted(body=body))

    with pytest.raises(ModelRefusedError, match="no model wrote") as caught:
        ask(client, REQUEST, capability)

    assert caught.value.kind is RefusalKind.NOT_FOUND
    assert caught.value.evidence.raw == body[:65_536]


@pytest.mark.parametrize(
    ("body", "failure"),
    [
        ({"error": {"message": "upstream", "code": 502}}, ModelUnavailableError),
        ({"error": {"message": "slow down", "code": 429}}, ModelUnavailableError),
        (
            {"status": "failed", "output": [], "error": {"code": "server_error", "message": "?"}},
            ModelUnavailableError,
        ),
        ({"error": {"message": "Insufficient credits", "code": 402}}, ModelRefusedError),
        ({"error": {"message": "bad picture", "code": "invalid_image"}}, ModelRefusedError),
        ({"error": "Unexpected endpoint or method. (POST /responses)"}, ModelRefusedError),
    ],
)
def test_an_error_with_a_good_status_is_an_error(
    client: ModelClient,
    server: ScriptedModelServer,
    body: dict[str, object],
    failure: type[ModelError],
) -> None:
    server.answers.append(as_json(body))

    with pytest.raises(failure):
        ask(client, REQUEST, RESPONSES)


def test_nobody_listening_is_told_with_what_to_do() -> None:
    client = connect_model(access_to("http://127.0.0.1:1/v1"))

    with pytest.raises(ModelUnavailableError, match="whether the server runs") as caught:
        ask(client, REQUEST, CHAT)
    client.close()

    assert "127.0.0.1:1" in str(caught.value)
    assert not caught.value.may_be_billed

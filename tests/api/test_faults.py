"""Every error is a problem that says what to do, and nothing of our inside."""

from dataclasses import replace
from typing import Any, NoReturn

import pytest
from sqlalchemy.exc import OperationalError

from api.desk import ApiDesk
from db.engine import create_engine
from db.unit_of_work import engine_of
from tests.api.programs import Program, named, program_of
from trading.api_access import Scope
from trading.errors import (
    ExchangeHaltedError,
    ExchangeOutcomeUnknownError,
    ExchangeRetryableError,
    InvariantError,
    MisconfiguredError,
)

HTML = "<script>alert(1)</script>"
SQL = "'; DROP TABLE halts; --"


@pytest.mark.parametrize(
    ("path", "status", "kind"),
    [
        ("/nothing", 404, "not-found"),
        ("/halt", 405, "method-not-allowed"),
        ("/approvals/1", 422, "invalid"),
        ("/approvals?limit=0", 422, "invalid"),
        ("/approvals?limit=201", 422, "invalid"),
        ("/approvals?limit=x", 422, "invalid"),
        ("/approvals/019ddddd-0000-7000-8000-000000000000", 404, "not-found"),
    ],
)
def test_a_wrong_address_is_a_problem(reader: Program, path: str, status: int, kind: str) -> None:
    assert named(reader.get(path)) == (status, kind)


def test_outside_of_the_api_there_is_nothing(reader: Program) -> None:
    assert named(reader.client.get("/")) == (404, "not-found")
    assert reader.client.get("/docs").status_code == 404


@pytest.mark.parametrize(
    ("body", "where"),
    [
        (b"", "body"),
        (b"{", "body.1"),
        (b"null", "body"),
        (b"[]", "body"),
        (b"\xff\xfe", "body.0"),
        (b"{}", "body.reason"),
        (b'{"reason": 5}', "body.reason"),
        (b'{"reason": " "}', "body.reason"),
        (b'{"reason": "a\\u0000b"}', "body.reason"),
        (b'{"reason": "a\\nb"}', "body.reason"),
        (b'{"reason": "\\ud800"}', "body.reason"),
        (b'{"reason": "' + b"x" * 501 + b'"}', "body.reason"),
        (b'{"reason": "a", "policy": "sell"}', "body.policy"),
        (b'{"reason": "a", "colour": "red"}', "body.colour"),
    ],
)
def test_a_wrong_body_is_told_where_it_is_wrong(trader: Program, body: bytes, where: str) -> None:
    answer = trader.post("/halt", content=body, headers={"Content-Type": "application/json"})

    assert named(answer) == (422, "invalid")
    assert where in [fault["where"] for fault in answer.json()["errors"]]


def test_a_body_that_is_not_said_to_be_json_is_not_read_as_one(trader: Program) -> None:
    answer = trader.post("/halt", content=b'{"reason": "x"}', headers={"Content-Type": "text/x"})

    assert named(answer) == (422, "invalid")


@pytest.mark.parametrize("text", [HTML, SQL])
def test_what_was_sent_is_not_sent_back(trader: Program, text: str) -> None:
    refused = trader.post("/halt", {"reason": "", "policy": text})
    assert named(refused) == (422, "invalid")
    assert text not in refused.text


@pytest.mark.parametrize("text", [HTML, SQL])
def test_words_are_kept_as_they_are(trader: Program, text: str) -> None:
    halted = trader.post("/halt", {"reason": text})

    assert (halted.status_code, halted.json()["reason"]) == (200, text)
    assert halted.headers["content-type"] == "application/json"
    (kept,) = trader.get("/halts").json()["halts"]
    assert kept["reason"] == text


@pytest.mark.parametrize("size", [65 * 1024, 11 * 1024 * 1024])
@pytest.mark.parametrize("is_announced", [True, False])
def test_a_body_is_read_only_as_far_as_it_may_go(
    trader: Program, size: int, is_announced: bool
) -> None:
    body = b'{"reason": "' + b"x" * size + b'"}'
    content: Any = body if is_announced else iter([body[:1000], body[1000:]])

    answer = trader.post("/halt", content=content)

    assert named(answer) == (413, "too-large")


@pytest.mark.parametrize(
    ("error", "status", "kind"),
    [
        (ExchangeRetryableError("busy"), 503, "exchange-silent"),
        (ExchangeOutcomeUnknownError("lost"), 503, "exchange-silent"),
        (ExchangeHaltedError("no such key"), 502, "exchange-refused"),
        (MisconfiguredError("postgresql://secret-host"), 503, "unavailable"),
        (OperationalError("SELECT secret", {}, Exception()), 503, "unavailable"),
        (InvariantError("secret-inside"), 500, "internal"),
        (KeyError("secret-inside"), 500, "internal"),
    ],
)
def test_what_goes_wrong_inside_is_told_as_far_as_it_helps(
    offline: ApiDesk, error: Exception, status: int, kind: str
) -> None:
    def broken() -> NoReturn:
        raise error

    desk = replace(offline, door=replace(offline.door, open_resources=broken))

    answer = program_of(desk, Scope.ADMIN).post("/resume", {"reason": "understood"})

    assert named(answer) == (status, kind)
    assert "secret" not in answer.text


def test_a_database_that_is_away_is_a_problem_and_comes_back(
    offline: ApiDesk, reader: Program
) -> None:
    sessions = offline.door.sessions
    before = engine_of(sessions)
    sessions.configure(bind=create_engine("postgresql://desk:hidden@127.0.0.1:9/desk"))

    for path in ("/halts", "/approvals", "/ready"):
        answer = reader.get(path)
        assert named(answer) == (503, "unavailable")
        assert answer.headers["retry-after"] == "5"
        assert "127.0.0.1" not in answer.text
    assert reader.get("/health").json() == {"status": "alive"}

    sessions.configure(bind=before)
    assert reader.get("/ready").json() == {"status": "ready"}
    assert reader.get("/halts").status_code == 200

"""A body is read only as far as it may go, and known again whatever stands between its parts."""

import asyncio
from itertools import count

import pytest
from fastapi import Request
from starlette.types import Message, Receive

from api.bodies import at_most, fingerprint_of
from api.problems import ProblemError, ProblemKind

KIB = 1024
MULTIPART = "multipart/form-data; boundary="


def request(receive: Receive, *, path: str = "/halt", query: str = "", **headers: str) -> Request:
    named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {
        "type": "http",
        "method": "POST",
        "path": path,
        "query_string": query.encode(),
        "server": ("desk", 80),
        "scheme": "http",
        "headers": named,
    }
    return Request(scope, receive)


def whole(body: bytes) -> Receive:
    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


def test_an_endless_body_is_left_at_its_limit() -> None:
    sent = count(1)

    async def endless() -> Message:
        next(sent)
        return {"type": "http.request", "body": bytes(KIB), "more_body": True}

    with pytest.raises(ProblemError) as refused:
        asyncio.run(at_most(request(endless), 10 * KIB).body())

    assert refused.value.kind is ProblemKind.TOO_LARGE
    assert next(sent) == 12  # the tenth filled it, the eleventh was one too many


@pytest.mark.parametrize("length", ["11", "-1", "1e1", "", "ten", "99999999999999999999"])
def test_a_body_that_announces_too_much_or_nonsense_is_not_begun(length: str) -> None:
    async def never() -> Message:
        raise AssertionError

    with pytest.raises(ProblemError, match="larger than the 10 bytes"):
        at_most(request(never, content_length=length), 10)


def test_a_body_of_exactly_the_limit_is_read() -> None:
    asked = at_most(request(whole(b"x" * 10), content_length="10"), 10)

    assert asyncio.run(asked.body()) == b"x" * 10


def fingerprint(body: bytes, content_type: str = "application/json", **where: str) -> str:
    return asyncio.run(fingerprint_of(request(whole(body), content_type=content_type, **where)))


def test_another_boundary_is_the_same_request() -> None:
    one, other = (
        fingerprint(b"--%b\r\npart\r\n--%b--" % (name, name), MULTIPART + name.decode())
        for name in (b"abc", b"x-y-z")
    )

    assert one == other
    assert one != fingerprint(b"--abc\r\ntrap\r\n--abc--", MULTIPART + "abc")


def test_body_path_and_query_all_count() -> None:
    found = {
        fingerprint(b"{}"),
        fingerprint(b"{ }"),
        fingerprint(b"{}", path="/resume"),
        fingerprint(b"{}", query="x=1"),
    }

    assert len(found) == 4

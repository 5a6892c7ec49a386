"""A program with a token, as it talks to the API."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

from httpx2 import Response
from starlette.testclient import TestClient

from api.app import API, create_app
from api.desk import ApiDesk
from tasks.api_tokens import create_token
from tests.trading.builders import NOW
from trading.api_access import Scope

Json = dict[str, Any]


@dataclass(frozen=True)
class Program:
    """Asks with its token; what it wants done it wants under a key of its own each time."""

    client: TestClient
    token: str

    def get(self, path: str, **options: Any) -> Response:
        return self.client.get(API + path, headers=self._headers(), **options)

    def post(
        self,
        path: str,
        body: object = None,
        *,
        key: str | None = None,
        headers: Mapping[str, str] | None = None,
        **options: Any,
    ) -> Response:
        """What came of it; without a body of JSON `options` hold one."""
        named = {"Idempotency-Key": key or str(uuid4())} | dict(headers or {})
        if body is not None:
            options["json"] = body
        return self.client.post(API + path, headers=self._headers() | named, **options)

    def without_token(self) -> "Program":
        return replace(self, token="")

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}


def program_of(desk: ApiDesk, scope: Scope) -> Program:
    """A program with a new token of this scope."""
    door, name = desk.door, f"{scope}-{uuid4().hex[:8]}"
    made = create_token(door.sessions, door.account, name, scope, now=NOW)
    client = TestClient(create_app(desk), raise_server_exceptions=False)
    return Program(client, made.secret.get_secret_value())


def named(answer: Response) -> tuple[int, str]:
    """Status and kind of a problem."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    told = answer.json()
    assert told["status"] == answer.status_code
    return answer.status_code, told["type"].removeprefix("urn:autotrader:problem:")

"""Nobody does anything without a token that reaches so far."""

from uuid import UUID

import pytest
from fastapi.routing import APIRoute

from api.app import create_api
from api.desk import ApiDesk
from api.guard import GuardedRoute
from tasks.api_tokens import create_token, revoke_token
from tests.api.programs import Program, named, program_of
from tests.fixtures.desks import new_account
from tests.trading.builders import NOW
from trading.api_access import Scope

SOME = UUID("00000000-0000-7000-8000-000000000000")
ROUTES = {
    ("GET", "/approvals"): Scope.READ,
    ("GET", f"/approvals/{SOME}"): Scope.READ,
    ("GET", "/halts"): Scope.READ,
    ("POST", f"/approvals/{SOME}/approve"): Scope.TRADE,
    ("POST", f"/approvals/{SOME}/reject"): Scope.TRADE,
    ("POST", "/halt"): Scope.TRADE,
    ("POST", "/analyses"): Scope.TRADE,
    ("POST", "/resume"): Scope.ADMIN,
}
OPEN = {"/v1/health", "/v1/ready"}


def ask(program: Program, method: str, path: str) -> tuple[int, str]:
    return named(program.get(path) if method == "GET" else program.post(path, {}))


def test_the_table_has_every_route_of_the_api(offline: ApiDesk) -> None:
    document = create_api(offline).openapi()["paths"]
    found = {(method.upper(), path) for path, methods in document.items() for method in methods}

    wanted = {(method, f"/v1{path}") for method, path in ROUTES} | {("GET", one) for one in OPEN}
    assert {(method, path.replace("{approval_id}", str(SOME))) for method, path in found} == wanted


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_without_a_token_nothing_is_told(reader: Program, method: str, path: str) -> None:
    assert ask(reader.without_token(), method, path) == (401, "unauthenticated")


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [(*route, scope) for route, needed in ROUTES.items() for scope in Scope
     if not scope.allows(needed)],
)  # fmt: skip
def test_a_token_that_does_not_reach_so_far_does_nothing(
    offline: ApiDesk, method: str, path: str, scope: Scope
) -> None:
    assert ask(program_of(offline, scope), method, path) == (403, "forbidden")


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic {}", "{}", "Bearer {}x", "é"])
def test_what_was_wrong_with_a_token_is_not_told(reader: Program, header: str) -> None:
    said = {b"Authorization": header.format(reader.token).encode("latin-1")}

    answer = reader.client.get("/api/v1/halts", headers=said)

    assert named(answer) == (401, "unauthenticated")
    assert answer.json()["detail"] == "this needs a valid token: Authorization: Bearer <token>"
    assert answer.headers["www-authenticate"] == "Bearer"


def test_a_token_opens_nothing_once_it_is_revoked(offline: ApiDesk) -> None:
    door = offline.door
    made = create_token(door.sessions, door.account, "old", Scope.READ, now=NOW)
    program = Program(program_of(offline, Scope.READ).client, made.secret.get_secret_value())
    assert program.get("/halts").status_code == 200

    revoke_token(door.sessions, door.account, "old", now=NOW)

    assert named(program.get("/halts")) == (401, "unauthenticated")


def test_a_token_of_another_account_opens_nothing(offline: ApiDesk, reader: Program) -> None:
    door = offline.door
    other = type(door.account)(door.account.environment, new_account())
    made = create_token(door.sessions, other, "theirs", Scope.ADMIN, now=NOW)

    stranger = Program(reader.client, made.secret.get_secret_value())

    assert named(stranger.get("/halts")) == (401, "unauthenticated")


def test_a_stranger_is_turned_away_before_his_body_is_read(reader: Program) -> None:
    # Nothing of it is sent: an application that read it would wait for ever.
    def body() -> list[bytes]:
        raise AssertionError

    answer = reader.without_token().post("/analyses", content=iter(body, None))

    assert named(answer) == (401, "unauthenticated")


def test_a_route_that_forgets_its_scope_is_for_the_owner_alone() -> None:
    assert (GuardedRoute.needs, issubclass(GuardedRoute, APIRoute)) == (Scope.ADMIN, True)

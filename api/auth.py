"""Who asks: the token of a request, and how far it reaches."""

from dataclasses import dataclass
from typing import Annotated, NoReturn
from uuid import UUID

from fastapi import Depends, Request
from fastapi.security import HTTPBearer

from api.desk import ApiDesk
from api.problems import ProblemError, ProblemKind
from tasks.api_tokens import token_of
from tasks.clock import wall_time
from trading.api_access import Scope

BEARER = HTTPBearer(
    auto_error=False, description="A token of `autotrader token create`.", scheme_name="token"
)
"""For the OpenAPI document; requests are judged by `authenticate`, before anything is read."""


@dataclass(frozen=True, slots=True)
class Caller:
    """The program that asks."""

    token_id: UUID
    name: str
    scope: Scope

    @property
    def actor(self) -> str:
        """As whom it is written down."""
        return f"api:{self.name}"


def authenticate(desk: ApiDesk, authorization: str) -> Caller:
    """Whose token the header holds.

    Raises:
        ProblemError: it holds none that is valid; it is not told what was wrong with it.
    """
    scheme, _, secret = authorization.partition(" ")
    if scheme.lower() != "bearer" or not secret:
        _refuse()
    # Wall time: the clock of a replayed market says nothing about tokens.
    token = token_of(desk.door.sessions, desk.door.account, secret, now=wall_time())
    if token is None:
        _refuse()
    return Caller(token.id, token.name, token.scope)


def require_scope(caller: Caller, needed: Scope) -> None:
    """Refuse a token that does not reach so far.

    Raises:
        ProblemError: it does not.
    """
    if not caller.scope.allows(needed):
        message = f"the token may not do this; it needs the scope {needed}"
        raise ProblemError(ProblemKind.FORBIDDEN, message)


def caller_of(request: Request) -> Caller:
    """The caller of a request that was let in."""
    caller = request.state.caller
    assert isinstance(caller, Caller)  # the guard puts it there
    return caller


TheCaller = Annotated[Caller, Depends(caller_of)]
"""The program that asks, as a parameter of a route."""


def _refuse() -> NoReturn:
    raise ProblemError(
        ProblemKind.UNAUTHENTICATED,
        "this needs a valid token: Authorization: Bearer <token>",
        headers={"WWW-Authenticate": "Bearer"},
    )

"""The way into every route: token, scope, size and repetition, before a body is understood."""

from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, ClassVar, Final

from fastapi import APIRouter, Depends, Request, Response, Security
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool

from api.auth import BEARER, authenticate, require_scope
from api.bodies import at_most
from api.desk import desk_of
from api.repeats import documented_key, once
from api.schemas.problem import problems
from trading.api_access import Scope

_KIB: Final = 1024

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class GuardedRoute(APIRoute):
    """A route for tokens of at least a scope; what it changes, it changes once for each key.

    Nothing of a body is read before the token was seen, and never more than `largest_body` bytes.
    """

    needs: ClassVar[Scope] = Scope.ADMIN
    largest_body: ClassVar[int] = 64 * _KIB

    def get_route_handler(self) -> Handler:
        """FastAPI's own handler, behind the guard."""
        return partial(self._guarded, super().get_route_handler())

    async def _guarded(self, handle: Handler, request: Request) -> Response:
        desk = desk_of(request)
        header = request.headers.get("authorization", "")
        caller = await run_in_threadpool(authenticate, desk, header)
        require_scope(caller, self.needs)
        request.state.caller = caller
        if request.method in {"GET", "HEAD"}:
            return await handle(request)
        return await once(desk, caller, at_most(request, self.largest_body), handle)


class ReadRoute(GuardedRoute):
    """Looks at the desk."""

    needs = Scope.READ


class TradeRoute(GuardedRoute):
    """Acts for the owner."""

    needs = Scope.TRADE


class UploadRoute(TradeRoute):
    """The same, with a picture of 10 MB and the fields beside it."""

    largest_body = (10 * _KIB + 16) * _KIB


class AdminRoute(GuardedRoute):
    """Does what only the owner's own hand may do."""

    needs = Scope.ADMIN


def reading(subject: str) -> APIRouter:
    """A router for what is looked at."""
    return APIRouter(
        route_class=ReadRoute,
        tags=[subject],
        dependencies=[Security(BEARER)],
        responses=problems(401, 403, 422, 503),
    )


def acting(route: type[GuardedRoute], subject: str) -> APIRouter:
    """A router for what is done, each thing once for each idempotency key."""
    return APIRouter(
        route_class=route,
        tags=[subject],
        dependencies=[Security(BEARER), Depends(documented_key)],
        responses=problems(400, 401, 403, 409, 413, 422, 502, 503),
    )

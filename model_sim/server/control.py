"""The control API: scripts what the stand-in does next and shows what it was asked.

It has its own path and its own token (header `X-Control-Token`); models' clients never use it.
"""

import hmac
import json
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from model_sim.script.steps import ScriptError, read_steps
from model_sim.server.gateway import Gateway
from model_sim.server.wire import JsonReply
from model_sim.values import Row

Action = Callable[[Request], Awaitable[Row]]


class ControlError(Exception):
    """The control request cannot be done: HTTP status and a text that says what to do."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class Control:
    """The actions of the control API; each returns the JSON object that is answered."""

    def __init__(self, gateway: Gateway, token: str) -> None:
        self._gateway = gateway
        self._token = token

    def routes(self) -> list[Route]:
        """The routes under `/control`."""
        table: list[tuple[str, str, Action]] = [
            ("/control/script", "POST", self.add_steps),
            ("/control/script", "GET", self.script),
            ("/control/script", "DELETE", self.clear_script),
            ("/control/capabilities", "POST", self.change_capabilities),
            ("/control/capabilities", "GET", self.capabilities),
            ("/control/calls", "GET", self.calls),
        ]
        return [
            Route(path, self._guarded(action), methods=[method]) for path, method, action in table
        ]

    async def add_steps(self, request: Request) -> Row:
        """Append steps, one for each question to come: a list, or an object with `steps`."""
        wish = await _json(request)
        steps = read_steps(wish.get("steps") if isinstance(wish, dict) else wish)
        self._gateway.script.add(steps)
        return {"added": len(steps), "waiting": len(self._gateway.script)}

    async def script(self, _request: Request) -> Row:
        """How many steps are still to come."""
        return {"waiting": len(self._gateway.script)}

    async def clear_script(self, _request: Request) -> Row:
        """Forget the steps to come: from now on every question is answered well."""
        return {"removed": self._gateway.script.clear()}

    async def change_capabilities(self, request: Request) -> Row:
        """Set what the server can do: true, false, or yes, refuse, ignore for each."""
        wish = await _json(request)
        if not isinstance(wish, dict):
            raise ControlError(400, "the body is not a JSON object such as {'vision': false}")
        self._gateway.capabilities = self._gateway.capabilities.changed(wish)
        return self._gateway.capabilities.told()

    async def capabilities(self, _request: Request) -> Row:
        """What the server can do."""
        return self._gateway.capabilities.told()

    async def calls(self, request: Request) -> Row:
        """Every request so far, or those `after` a number; without keys and pictures."""
        after = request.query_params.get("after", "0")
        if not (after.isascii() and after.isdigit() and len(after) < 20):
            raise ControlError(400, f"after is {after!r}; it is the number of a call, 0 for all")
        calls = self._gateway.calls
        return {"total": calls.total, "calls": calls.after(int(after))}

    def _guarded(self, action: Action) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            try:
                self._check_token(request)
                return JsonReply(200, await action(request))
            except ControlError as error:
                return JsonReply(error.status, {"error": str(error)})
            except ScriptError as error:
                return JsonReply(400, {"error": str(error)})

        return endpoint

    def _check_token(self, request: Request) -> None:
        given = request.headers.get("x-control-token", "")
        if not hmac.compare_digest(given.encode(), self._token.encode()):
            raise ControlError(401, "header X-Control-Token is missing or wrong")


async def _json(request: Request) -> object:
    try:
        found: object = json.loads(await request.body())
    except (ValueError, RecursionError) as error:
        raise ControlError(400, f"the body is not JSON: {error}") from error
    return found

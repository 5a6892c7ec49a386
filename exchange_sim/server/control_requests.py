"""Requests to the control API and their answers: JSON objects, and errors that say what to do."""

import json
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response

from exchange_sim.server.messages import compact
from exchange_sim.server.numbers import Row

Action = Callable[[Request], Awaitable[Row]]
ActionTable = list[tuple[str, str, Action]]  # path, method, what is done


class ControlError(Exception):
    """The control request cannot be done: HTTP status and a text that says what to do."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


async def json_object(request: Request) -> Row:
    """The body of a request. Raises: ControlError 400 if it is not one JSON object."""
    try:
        wish = json.loads(await request.body())
    except ValueError as error:
        raise ControlError(400, f"the body is not JSON: {error}") from error
    if not isinstance(wish, dict):
        raise ControlError(400, "the body is not a JSON object")
    return wish


def reply(status: int, row: Row) -> Response:
    """An answer of the control API."""
    return Response(compact(row), status, media_type="application/json")

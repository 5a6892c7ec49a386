"""A request under an idempotency key is carried out once; who asks again gets the first answer."""

import re
from collections.abc import Awaitable, Callable
from typing import Annotated

import structlog
from fastapi import Header, Request, Response
from starlette.concurrency import run_in_threadpool

from api.auth import Caller
from api.bodies import fingerprint_of
from api.desk import ApiDesk
from api.faults import NOTHING_DONE
from api.problems import ProblemError, ProblemKind
from db.engine import UNREACHABLE
from tasks import api_requests
from tasks.api_requests import Claimed, KeptAnswer, Known, RequestKey
from tasks.clock import wall_time

HEADER = "Idempotency-Key"
_KEY = re.compile(r"[!-~]{1,200}")

Handle = Callable[[Request], Awaitable[Response]]

log = structlog.get_logger()


def documented_key(
    _key: Annotated[
        str,
        Header(
            alias=HEADER,
            pattern=f"^{_KEY.pattern}$",
            description="Chosen by the client, such as a UUID, one for each thing it wants done. "
            "Repeated within 24 hours with the same request it gives the first answer again.",
        ),
    ],
) -> None:
    """For the OpenAPI document; the header is judged by `once`, before the body is."""


async def once(desk: ApiDesk, caller: Caller, request: Request, handle: Handle) -> Response:
    """The answer of `handle`, or the one that the same request under this key had before.

    What failed without having done anything is forgotten: the key may be used again.

    Raises:
        ProblemError: there is no key, another request had it, or that one is still carried out.
    """
    sessions = desk.door.sessions
    asked = RequestKey(caller.token_id, _key_of(request), await fingerprint_of(request))
    claimed = await run_in_threadpool(api_requests.claim, sessions, asked, now=wall_time())
    if isinstance(claimed, Known):
        return _repeated(claimed)
    try:
        response = await handle(request)
    except NOTHING_DONE:
        await run_in_threadpool(api_requests.release, sessions, claimed)
        raise
    await run_in_threadpool(_keep, desk, claimed, response)
    return response


def _key_of(request: Request) -> str:
    key = request.headers.get(HEADER, "")
    if not _KEY.fullmatch(key):
        message = (
            f"the header {HEADER} is missing or not 1 to 200 printable characters; send a new "
            "one, such as a UUID, for each thing that you want done, and the same one to repeat it"
        )
        raise ProblemError(ProblemKind.KEY_MISSING, message)
    return key


def _repeated(known: Known) -> Response:
    if not known.is_same:
        message = f"this {HEADER} belongs to another request; use a new one"
        raise ProblemError(ProblemKind.KEY_REUSED, message)
    if known.answer is None:
        message = (
            f"the same request came at {known.since:%H:%M:%S} UTC and has no answer yet; ask "
            "again, and if none ever comes, look what was done before you use a new key"
        )
        raise ProblemError(ProblemKind.IN_PROGRESS, message, headers={"Retry-After": "1"})
    return Response(
        known.answer.body,
        known.answer.status,
        {"Idempotent-Replayed": "true"},
        media_type=known.answer.media_type,
    )


def _keep(desk: ApiDesk, claimed: Claimed, response: Response) -> None:
    media_type = response.media_type or "application/octet-stream"
    given = KeptAnswer(response.status_code, media_type, bytes(response.body))
    try:
        api_requests.keep(desk.door.sessions, claimed, given)
    except UNREACHABLE as error:
        # It is done: who asked must hear of it, although a repetition will not.
        log.warning("answer is not kept", status=given.status, error=str(error))

"""Bodies of requests: counted while they are read, and hashed so that equal ones are known."""

import hashlib
from email.message import Message

from fastapi import Request
from starlette.types import Message as AsgiMessage
from starlette.types import Receive

from api.problems import ProblemError, ProblemKind


def at_most(request: Request, largest: int) -> Request:
    """The same request, of whose body no more than `largest` bytes are ever read.

    Raises:
        ProblemError: it says itself that it is larger; what only turns out to be, raises the
            same while it is read.
    """
    length = request.headers.get("content-length", "0")
    if not length.isdecimal() or int(length) > largest:
        raise _too_large(largest)
    return Request(request.scope, _counted(request.receive, largest))


async def fingerprint_of(request: Request) -> str:
    """SHA-256 over method, address and body, 64 hexadecimal digits.

    Two uploads of the same parts are equal: clients put another boundary between them each time.
    """
    body = await request.body()
    boundary = _boundary(request.headers.get("content-type", ""))
    if boundary:
        body = body.replace(boundary, b"")
    asked = f"{request.method} {request.url.path}?{request.url.query}\n"
    return hashlib.sha256(asked.encode() + body).hexdigest()


def _counted(receive: Receive, largest: int) -> Receive:
    seen = 0

    async def counted() -> AsgiMessage:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > largest:
            raise _too_large(largest)
        return message

    return counted


def _boundary(content_type: str) -> bytes:
    header = Message()
    header["content-type"] = content_type
    return (header.get_boundary() or "").encode("latin-1", "replace")


def _too_large(largest: int) -> ProblemError:
    message = f"the body is larger than the {largest} bytes that are read here, or of no length"
    return ProblemError(ProblemKind.TOO_LARGE, message)

"""What went wrong, as `application/problem+json` (RFC 9457): every kind and its status."""

from collections.abc import Mapping
from enum import StrEnum
from http import HTTPStatus
from types import MappingProxyType
from typing import Final

from fastapi.responses import JSONResponse

from trading.canonical import Json
from trading.errors import AutotraderError

MEDIA_TYPE: Final = "application/problem+json"
_TYPE = "urn:autotrader:problem:"


class ProblemKind(StrEnum):
    """What a program can tell apart; the last part of a problem's `type`."""

    UNAUTHENTICATED = "unauthenticated"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not-found"
    METHOD_NOT_ALLOWED = "method-not-allowed"
    MALFORMED = "malformed"
    TOO_LARGE = "too-large"
    INVALID = "invalid"
    BAD_UPLOAD = "bad-upload"
    KEY_MISSING = "idempotency-key-missing"
    KEY_REUSED = "idempotency-key-reused"
    IN_PROGRESS = "in-progress"
    NOT_SENT = "order-not-sent"
    STILL_WINDING_DOWN = "still-winding-down"
    EXCHANGE_REFUSED = "exchange-refused"
    EXCHANGE_SILENT = "exchange-silent"
    BAD_MARKET_DATA = "bad-market-data"
    UNAVAILABLE = "unavailable"
    INTERNAL = "internal"


_STATUS: Mapping[ProblemKind, HTTPStatus] = MappingProxyType(
    {
        ProblemKind.UNAUTHENTICATED: HTTPStatus.UNAUTHORIZED,
        ProblemKind.FORBIDDEN: HTTPStatus.FORBIDDEN,
        ProblemKind.NOT_FOUND: HTTPStatus.NOT_FOUND,
        ProblemKind.METHOD_NOT_ALLOWED: HTTPStatus.METHOD_NOT_ALLOWED,
        ProblemKind.MALFORMED: HTTPStatus.BAD_REQUEST,
        ProblemKind.TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        ProblemKind.INVALID: HTTPStatus.UNPROCESSABLE_ENTITY,
        ProblemKind.BAD_UPLOAD: HTTPStatus.UNPROCESSABLE_ENTITY,
        ProblemKind.KEY_MISSING: HTTPStatus.BAD_REQUEST,
        ProblemKind.KEY_REUSED: HTTPStatus.UNPROCESSABLE_ENTITY,
        ProblemKind.IN_PROGRESS: HTTPStatus.CONFLICT,
        ProblemKind.NOT_SENT: HTTPStatus.CONFLICT,
        ProblemKind.STILL_WINDING_DOWN: HTTPStatus.CONFLICT,
        ProblemKind.EXCHANGE_REFUSED: HTTPStatus.BAD_GATEWAY,
        ProblemKind.EXCHANGE_SILENT: HTTPStatus.SERVICE_UNAVAILABLE,
        ProblemKind.BAD_MARKET_DATA: HTTPStatus.BAD_GATEWAY,
        ProblemKind.UNAVAILABLE: HTTPStatus.SERVICE_UNAVAILABLE,
        ProblemKind.INTERNAL: HTTPStatus.INTERNAL_SERVER_ERROR,
    }
)


class ProblemError(AutotraderError):
    """A request is answered with a problem; nothing was done for it."""

    def __init__(
        self, kind: ProblemKind, detail: str, *, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(detail)
        self.kind = kind
        self.detail = detail
        self.headers = dict(headers or {})


def problem(
    kind: ProblemKind,
    detail: str,
    *,
    headers: Mapping[str, str] | None = None,
    more: Mapping[str, Json] | None = None,
) -> JSONResponse:
    """The problem as a response. `more` are members of this kind's own, such as a reason."""
    status = _STATUS[kind]
    members: dict[str, Json] = {
        "type": _TYPE + kind,
        "title": kind.replace("-", " ").capitalize(),
        "status": status.value,
        "detail": detail,
    }
    content = members | dict(more or {})
    return JSONResponse(content, status, dict(headers or {}), media_type=MEDIA_TYPE)

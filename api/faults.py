"""Every error that a request can end in, as the problem its sender gets."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from api.problems import ProblemError, ProblemKind, problem
from db.engine import UNREACHABLE
from trading.canonical import Json
from trading.errors import (
    BadDataError,
    BadUploadError,
    ExchangeError,
    ExchangeOutcomeUnknownError,
    ExchangeRefusedError,
    ExchangeRetryableError,
    MisconfiguredError,
)

log = structlog.get_logger()

_RETRY_SOON = {"Retry-After": "5"}

_TOLD: Mapping[type[Exception], ProblemKind] = MappingProxyType(
    {
        BadUploadError: ProblemKind.BAD_UPLOAD,
        BadDataError: ProblemKind.BAD_MARKET_DATA,
        ExchangeRefusedError: ProblemKind.EXCHANGE_REFUSED,
        ExchangeRetryableError: ProblemKind.EXCHANGE_SILENT,
        ExchangeOutcomeUnknownError: ProblemKind.EXCHANGE_SILENT,
        ExchangeError: ProblemKind.EXCHANGE_SILENT,
    }
)
"""Errors whose message is for whoever asked."""

_OF_HTTP: Mapping[int, ProblemKind] = MappingProxyType(
    {
        400: ProblemKind.MALFORMED,
        404: ProblemKind.NOT_FOUND,
        405: ProblemKind.METHOD_NOT_ALLOWED,
    }
)

NOTHING_DONE: Final[tuple[type[Exception], ...]] = (
    *_TOLD,
    ProblemError,
    RequestValidationError,
    HTTPException,
    *UNREACHABLE,
)
"""Errors after which a request may be sent again as it was."""


def answer_errors(app: FastAPI) -> None:
    """Let every error of a request end in a problem."""
    for told in _TOLD:
        app.add_exception_handler(told, _told)
    for away in UNREACHABLE:
        app.add_exception_handler(away, _unavailable)
    app.add_exception_handler(ProblemError, _raised)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _of_http)
    app.add_exception_handler(Exception, _unexpected)


def _told(request: Request, error: Exception) -> JSONResponse:
    kind = next(_TOLD[cls] for cls in type(error).__mro__ if cls in _TOLD)
    log.warning("request failed", path=request.url.path, kind=kind, error=str(error))
    silent = kind is ProblemKind.EXCHANGE_SILENT
    return problem(kind, str(error), headers=_RETRY_SOON if silent else None)


def _unavailable(request: Request, error: Exception) -> JSONResponse:
    # The message names addresses and settings of this machine: that is for its owner's log.
    log.warning("request failed", path=request.url.path, error=str(error))
    if isinstance(error, MisconfiguredError):
        detail = "the desk's database or a setting of it cannot be used; the log says which"
    else:
        detail = "the database does not answer; try again"
    return problem(ProblemKind.UNAVAILABLE, detail, headers=_RETRY_SOON)


def _raised(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, ProblemError)
    return problem(error.kind, error.detail, headers=error.headers)


def _invalid(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    faults = _faults(error.errors())
    detail = "; ".join(f"{fault['where']}: {fault['what']}" for fault in faults[:3])
    more: dict[str, Json] = {"errors": [dict(fault) for fault in faults]}
    return problem(ProblemKind.INVALID, detail, more=more)


def _faults(found: Sequence[Mapping[str, object]]) -> list[dict[str, str]]:
    """Where and what, without the value: nothing that was sent is sent back."""
    return [{"where": _place(one["loc"]), "what": str(one["msg"])} for one in found]


def _place(location: object) -> str:
    return ".".join(map(str, location)) if isinstance(location, tuple | list) else str(location)


def _of_http(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    kind = _OF_HTTP.get(error.status_code, ProblemKind.MALFORMED)
    return problem(kind, error.detail, headers=error.headers)


def _unexpected(_request: Request, _error: Exception) -> JSONResponse:
    # Logged by the server with its traceback; the sender learns nothing of our inside.
    detail = "something broke that nobody expected; what was done is not known, look first"
    return problem(ProblemKind.INTERNAL, detail)

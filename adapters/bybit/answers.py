"""Judge an HTTP answer before anything else looks at it."""

import json
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

import requests
import urllib3

from adapters.bybit.masking import Mask
from adapters.bybit.parsing import moment_of_ms
from adapters.bybit.ret_codes import Meaning, Verdict, meaning_of_code, meaning_of_status
from trading.errors import (
    ExchangeDuplicateError,
    ExchangeError,
    ExchangeHaltedError,
    ExchangeOutcomeUnknownError,
    ExchangeRefusedError,
    ExchangeRetryableError,
)

_ERRORS: dict[Verdict, type[ExchangeError]] = {
    Verdict.REFUSED: ExchangeRefusedError,
    Verdict.DUPLICATE: ExchangeDuplicateError,
    Verdict.HALTED: ExchangeHaltedError,
    Verdict.RETRYABLE: ExchangeRetryableError,
    Verdict.OUTCOME_UNKNOWN: ExchangeOutcomeUnknownError,
}


@dataclass(frozen=True, slots=True)
class Answer:
    """A good answer: its result and when the exchange wrote it (None when it does not say)."""

    result: dict[str, object]
    answered_at: datetime | None


def judge(response: requests.Response, mask: Mask) -> None:
    """Raise what an answer means, or return when it is a plain success or `already so`.

    Raises:
        ExchangeError: the kind says what the caller may do; see trading/errors.py.
    """
    # Reading the body first hands the connection back to the pool also when we raise.
    body = response.content
    request = f"{response.request.method} {urlsplit(response.request.url or '').path}"
    if response.status_code != requests.codes.ok:
        meaning = meaning_of_status(response.status_code)
        raise _error(f"{request}: HTTP status", response.status_code, meaning)
    code, envelope = _envelope(body, request)
    meaning = meaning_of_code(code)
    if meaning.verdict in _ERRORS:
        said = mask(str(envelope.get("retMsg", "")))
        raise _error(f"{request}: retCode", code, meaning, said)
    if not isinstance(envelope.get("result"), dict):
        message = f"{request}: retCode {code} without a result; nobody knows what happened"
        raise ExchangeOutcomeUnknownError(message, code=code)


def answer_of(envelope: dict[str, object]) -> Answer:
    """The answer in an envelope that was judged good."""
    result = envelope["result"]
    time_ms = envelope.get("time")
    return Answer(
        result=result if isinstance(result, dict) else {},
        answered_at=moment_of_ms(time_ms) if isinstance(time_ms, int) else None,
    )


def network_failure(name: str, error: Exception) -> ExchangeError:
    """What a request that got no answer means: never connected is retryable, the rest unknown.

    The message holds the kind of the error only: requests' own texts and attributes carry the
    headers with the key and the signature.
    """
    kind = type(error).__name__
    if _never_connected(error):
        return ExchangeRetryableError(f"{name}: no connection ({kind}); the request was not sent")
    return ExchangeOutcomeUnknownError(f"{name}: no answer ({kind}); it may have been executed")


def _never_connected(error: Exception) -> bool:
    if isinstance(error, requests.ConnectTimeout):
        return True
    cause = error.args[0] if error.args else None
    return isinstance(cause, urllib3.exceptions.MaxRetryError) and isinstance(
        cause.reason, urllib3.exceptions.NewConnectionError
    )


def _envelope(body: bytes, request: str) -> tuple[int, dict[str, object]]:
    try:
        envelope = json.loads(body)
    except ValueError:
        envelope = None
    if isinstance(envelope, dict) and type(envelope.get("retCode")) is int:
        return envelope["retCode"], envelope
    message = (
        f"{request}: HTTP status 200 with {len(body)} bytes that are no JSON answer with a "
        "retCode; nobody knows what happened"
    )
    raise ExchangeOutcomeUnknownError(message)


def _error(where: str, code: int, meaning: Meaning, said: str = "") -> ExchangeError:
    quoted = f", the exchange says {said!r}" if said else ""
    message = f"{where} {code} ({meaning.text}){quoted}"
    return _ERRORS[meaning.verdict](message, code=code, outcome=meaning.outcome)

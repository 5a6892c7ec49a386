"""What a bad status means: whether to ask again and, if not, what has to change.

https://platform.openai.com/docs/guides/error-codes and what compatible servers were seen to
answer instead (read 2026-11-21).
"""

from datetime import datetime
from http import HTTPStatus

from adapters.openai.access import ModelAccess
from adapters.openai.advice import advice
from adapters.openai.bad_answer import BadAnswer
from adapters.openai.masking import Mask
from adapters.openai.received import Received
from adapters.openai.retry_after import retry_after
from adapters.openai.usage import billed_anyway
from trading.model_errors import (
    Evidence,
    ModelError,
    ModelRefusedError,
    ModelUnavailableError,
    RefusalKind,
)

_RETRYABLE = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.CONFLICT, HTTPStatus.TOO_MANY_REQUESTS}
# Somebody in between stopped waiting or lost the answer; the model behind it may have gone on and
# be billed (520 and 524: Cloudflare).
_GAVE_UP_WAITING = {
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.BAD_GATEWAY,
    HTTPStatus.GATEWAY_TIMEOUT,
    520,
    524,
}
_BY_CODE = {
    # These come as 429 like a rate limit, and no pause will help.
    "insufficient_quota": RefusalKind.NO_QUOTA,
    "billing_not_active": RefusalKind.NO_QUOTA,
    "billing_hard_limit_reached": RefusalKind.NO_QUOTA,
    "invalid_api_key": RefusalKind.WRONG_KEY,
    "model_not_found": RefusalKind.NOT_FOUND,
    "context_length_exceeded": RefusalKind.TOO_LARGE,
    "exceed_context_size_error": RefusalKind.TOO_LARGE,
}
_BY_WORDS = {
    # A single request above the limit per minute: the code is that of a rate limit (observed).
    "request too large": RefusalKind.TOO_LARGE,
    "maximum context length": RefusalKind.TOO_LARGE,
    "api key not valid": RefusalKind.WRONG_KEY,
}
_BY_STATUS: dict[int, RefusalKind] = {
    HTTPStatus.UNAUTHORIZED: RefusalKind.WRONG_KEY,
    HTTPStatus.PAYMENT_REQUIRED: RefusalKind.NO_QUOTA,
    HTTPStatus.FORBIDDEN: RefusalKind.NOT_ALLOWED,
    HTTPStatus.NOT_FOUND: RefusalKind.NOT_FOUND,
    HTTPStatus.METHOD_NOT_ALLOWED: RefusalKind.NOT_FOUND,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: RefusalKind.TOO_LARGE,
}
_KEPT_BYTES = 65_536


def failure_of(answer: BadAnswer, access: ModelAccess, now: datetime) -> ModelError:
    """The error of a bad status; `now` is for a pause that the server gives as a date."""
    mask = Mask(access.api_key.get_secret_value())
    said = f"{access.server} answers {answer.status}: {mask(answer.message) or 'no reason given'}"
    evidence = evidence_of(answer.received, answer.status)
    kind = refusal_kind(answer)
    if kind is None:
        return ModelUnavailableError(
            said,
            evidence=evidence,
            may_be_billed=answer.status in _GAVE_UP_WAITING,
            retry_after=retry_after(answer.headers, now),
        )
    to_do = mask(advice(kind, answer, access))
    return ModelRefusedError(said, kind=kind, advice=to_do, evidence=evidence)


def evidence_of(received: Received, status: int) -> Evidence:
    """What is kept of an answer that is none."""
    return Evidence(
        status,
        received.request_id,
        received.raw[:_KEPT_BYTES],
        usage=billed_anyway(received.body()),
    )


def refusal_kind(answer: BadAnswer) -> RefusalKind | None:
    """What has to change; None if the same request may be sent again."""
    for code in answer.codes & _BY_CODE.keys():
        return _BY_CODE[code]
    said = answer.message.lower()
    for words, kind in _BY_WORDS.items():
        if words in said:
            return kind
    if answer.status in _RETRYABLE or answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return None
    if answer.status < HTTPStatus.BAD_REQUEST:
        return RefusalKind.NOT_FOUND  # a redirect: the address is another one
    return _BY_STATUS.get(answer.status, RefusalKind.BAD_REQUEST)

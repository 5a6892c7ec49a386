"""Bodies that come with a good status and are no answer all the same."""

from http import HTTPStatus

from adapters.openai.access import ModelAccess
from adapters.openai.advice import forgotten_version
from adapters.openai.masking import Mask
from adapters.openai.received import Body, Received, count, part, text
from adapters.openai.status_errors import evidence_of
from trading.model_errors import ModelRefusedError, ModelUnavailableError, RefusalKind

_SHOWN_BYTES = 120
_IN_WORDS = {
    "server_error": HTTPStatus.INTERNAL_SERVER_ERROR,
    "server_is_overloaded": HTTPStatus.SERVICE_UNAVAILABLE,
    "rate_limit_exceeded": HTTPStatus.TOO_MANY_REQUESTS,
}


def hidden_status(body: Body) -> int | None:
    """The status that the error inside a body stands for; None if there is no error in it.

    Routers pass on an error of the provider behind them with its status as the code; a response
    that failed at OpenAI names it in a word; LM Studio says in a text that it has no such path.
    """
    if isinstance(body.get("error"), str) and "choices" not in body:
        return HTTPStatus.NOT_FOUND
    error = part(body, "error")
    if not error:
        return None
    status = count(error, "code")
    if status is not None and HTTPStatus.BAD_REQUEST <= status < 600:
        return status
    return _IN_WORDS.get(text(error, "code"), HTTPStatus.BAD_REQUEST)


def unfinished(received: Received, access: ModelAccess) -> ModelUnavailableError:
    """The error of an answer that was given up before the model had come to an end."""
    return ModelUnavailableError(
        f"{access.server} gave the answer up before its end",
        evidence=evidence_of(received, HTTPStatus.OK),
        may_be_billed=True,
    )


def no_answer(received: Received, access: ModelAccess) -> ModelRefusedError:
    """The error of a page that no model wrote: a portal, a web interface, a wrong path."""
    mask = Mask(access.api_key.get_secret_value())
    start = mask(received.raw[:_SHOWN_BYTES].decode("utf-8", errors="replace"))
    shown = repr(start) if start else "an empty page"
    return ModelRefusedError(
        f"{access.server} answers with {shown}, which no model wrote",
        kind=RefusalKind.NOT_FOUND,
        advice=forgotten_version(access),
        evidence=evidence_of(received, HTTPStatus.OK),
    )

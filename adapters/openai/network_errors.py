"""What it means that no answer came."""

import ssl
from collections.abc import Iterator

import httpx2

from adapters.openai.access import ModelAccess
from adapters.openai.masking import Mask
from trading.model_errors import (
    ModelError,
    ModelRefusedError,
    ModelUnavailableError,
    RefusalKind,
)

# The request had not left when these happened, so it cannot be billed.
_NOT_SENT = (
    httpx2.ConnectError,
    httpx2.ConnectTimeout,
    httpx2.PoolTimeout,
    httpx2.ProxyError,
    httpx2.UnsupportedProtocol,
)


def network_failure(error: Exception, access: ModelAccess) -> ModelError:
    """The error of a request without an answer: not sent, cut off or out of time."""
    causes = list(_causes(error))
    if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes):
        return ModelRefusedError(
            f"the certificate of {access.server} is not trusted",
            kind=RefusalKind.NOT_ALLOWED,
            advice="If a company proxy or a server of your own signs it, give its authority as a "
            "PEM file.",
        )
    words = _words(causes, access)
    if any(isinstance(cause, _NOT_SENT) for cause in causes):
        return ModelUnavailableError(
            f"{access.server} cannot be reached ({words})",
            advice="Check the address, and whether the server runs.",
        )
    return ModelUnavailableError(
        f"{access.server} gave no whole answer ({words})", may_be_billed=True
    )


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _words(causes: list[BaseException], access: ModelAccess) -> str:
    """The words of the HTTP library, which name the trouble; those of the SDK do not."""
    mask = Mask(access.api_key.get_secret_value())
    told = [cause for cause in causes if isinstance(cause, httpx2.HTTPError)]
    error = told[0] if told else causes[0]
    return mask(str(error)) or type(error).__name__

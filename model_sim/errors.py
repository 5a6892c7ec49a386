"""Errors in the shape clients of OpenAI expect: {error: {message, type, param, code}}."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from model_sim.values import Row

BAD_REQUEST = "invalid_request_error"


class WireError(Exception):
    """A question that is not answered: HTTP status and the fields of the error object.

    `code` is a number with servers such as vLLM, a word or nothing with OpenAI.
    """

    def __init__(
        self,
        status: int,
        message: str,
        *,
        kind: str = BAD_REQUEST,
        param: str | None = None,
        code: str | int | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.kind = kind
        self.param = param
        self.code = code

    def body(self) -> Row:
        """The JSON object that is sent."""
        return {
            "error": {
                "message": str(self),
                "type": self.kind,
                "param": self.param,
                "code": self.code,
            }
        }


@dataclass(frozen=True, slots=True)
class _Wording:
    message: str
    kind: str
    code: str | None
    param: str | None = None


_LIMIT = "on tokens per min (TPM)"
_RATE = _Wording(
    f"Rate limit reached for stand-in in organization org-stand-in {_LIMIT}: Limit 200000, "
    "Used 162960, Requested 42288. Please try again in 1.574s. Visit "
    "https://platform.openai.com/account/rate-limits to learn more.",
    "tokens",
    "rate_limit_exceeded",
)
# The same code as an ordinary rate limit, but the request can never fit: only the words differ.
_TOO_LARGE = _Wording(
    f"Request too large for stand-in in organization org-stand-in {_LIMIT}: Limit 30000, "
    "Requested 31538. The input or output tokens must be reduced in order to run successfully. "
    "Visit https://platform.openai.com/account/rate-limits to learn more.",
    "tokens",
    "rate_limit_exceeded",
)
_QUOTA = _Wording(
    "You exceeded your current quota, please check your plan and billing details. For more "
    "information on this error, read the docs: "
    "https://platform.openai.com/docs/guides/error-codes/api-errors.",
    "insufficient_quota",
    "insufficient_quota",
)
_SERVER = _Wording(
    "The server had an error while processing your request. Sorry about that!",
    "server_error",
    None,
)

# The wordings of 400, 401 and 429 were seen on the real server, the others follow its guide
# to error codes (platform.openai.com/docs/guides/error-codes, read 2026-11-21).
_BY_STATUS: Mapping[int, tuple[_Wording, ...]] = MappingProxyType(
    {
        400: (
            _Wording(
                "Unsupported value: 'temperature' does not support 0.1 with this model. Only the "
                "default (1) value is supported.",
                BAD_REQUEST,
                "unsupported_value",
                "temperature",
            ),
            _Wording(
                "Your input exceeds the context window of this model. Please adjust your input "
                "and try again.",
                BAD_REQUEST,
                "context_length_exceeded",
                "input",
            ),
        ),
        401: (
            _Wording(
                "Incorrect API key provided: stand-in. You can find your API key at "
                "https://platform.openai.com/account/api-keys.",
                BAD_REQUEST,
                "invalid_api_key",
            ),
        ),
        403: (
            _Wording(
                "Country, region, or territory not supported",
                "request_forbidden",
                "unsupported_country_region_territory",
            ),
            _Wording(
                "You are not allowed to sample from this model", BAD_REQUEST, "model_not_allowed"
            ),
        ),
        404: (
            _Wording(
                "The model `stand-in` does not exist or you do not have access to it.",
                BAD_REQUEST,
                "model_not_found",
            ),
        ),
        408: (_Wording("Request timed out.", "timeout", None),),
        409: (
            _Wording(
                "The resource was updated by another request. Please try again.",
                BAD_REQUEST,
                "conflict",
            ),
        ),
        413: (_Wording("Request body is too large.", BAD_REQUEST, "payload_too_large"),),
        422: (_Wording("Unable to process the request.", BAD_REQUEST, "unprocessable_entity"),),
        429: (_RATE, _QUOTA),
        500: (_SERVER,),
        502: (_Wording("Bad gateway.", "server_error", "bad_gateway"),),
        503: (
            _Wording(
                "The engine is currently overloaded, please try again later",
                "service_unavailable_error",
                "server_is_overloaded",
            ),
        ),
        504: (_Wording("Gateway timed out.", "server_error", "gateway_timeout"),),
    }
)

REQUEST_TOO_LARGE = "request_too_large"
"""What a script calls the 429 that no waiting helps."""

STATUSES = tuple(_BY_STATUS)
"""The statuses that can be asked for."""


def error_of(status: int, code: str | None = None) -> WireError:
    """The error of a status as the real server words it; `code` picks one of several.

    A code that is not known is sent as it is, with the first wording of its status.
    """
    wordings = _BY_STATUS[status]
    if status == 429 and code == REQUEST_TOO_LARGE:
        return _error(status, _TOO_LARGE, _TOO_LARGE.code)
    wording = next((one for one in wordings if one.code == code), wordings[0])
    return _error(status, wording, wording.code if code is None else code)


def _error(status: int, wording: _Wording, code: str | None) -> WireError:
    return WireError(status, wording.message, kind=wording.kind, param=wording.param, code=code)

"""Why a model gave no answer, named by what the caller can do about it.

AutotraderError
└── ModelError                  a model server was asked and gave no answer that can be read
    ├── ModelUnavailableError       not now: the same request may be sent again after a pause
    │   └── NotSentError                the desk's own limit stopped it; the server knows nothing
    └── ModelRefusedError           not like this: the owner has to change something first
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from trading.errors import AutotraderError
from trading.replies import FinishState, ModelReply, Usage


class RefusalKind(StrEnum):
    """What the owner has to change before the same request can succeed."""

    WRONG_KEY = "wrong_key"
    NO_QUOTA = "no_quota"
    NOT_FOUND = "not_found"
    """The address or the model."""
    TOO_LARGE = "too_large"
    """The request, or the answer to it."""
    BAD_REQUEST = "bad_request"
    NOT_ALLOWED = "not_allowed"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is left of a request that failed: for ledgers and for whoever looks into it.

    `status` is the HTTP status, or the one that the error in the body stands for; None when
    nobody answered. `raw` is the body, cut where it is longer than any error. `usage` is what the
    server billed for it all the same, None if it does not say.
    """

    status: int | None = None
    request_id: str = ""
    raw: bytes = b""
    usage: Usage | None = None

    def as_reply(self, latency: timedelta) -> ModelReply | None:
        """What came back, as it is kept beside the answers; None where nobody answered."""
        if self.status is None:
            return None
        return ModelReply(
            raw=self.raw,
            text=None,
            refusal="",
            finish=FinishState.UNKNOWN,
            usage=self.usage,
            model="",
            request_id=self.request_id,
            latency=latency,
            status=self.status,
        )


NO_EVIDENCE = Evidence()
"""Of a request that nobody answered."""


class ModelError(AutotraderError):
    """No answer. `said` is what happened and `advice` what to do; neither holds a key.

    `may_be_billed` says that the request was sent and what became of it is unknown: its cost is
    booked as reserved until it is known.
    """

    def __init__(
        self,
        said: str,
        *,
        advice: str = "",
        evidence: Evidence = NO_EVIDENCE,
        may_be_billed: bool = False,
    ) -> None:
        super().__init__(f"{said.rstrip('.')}. {advice}" if advice else said)
        self.said = said
        self.advice = advice
        self.evidence = evidence
        self.may_be_billed = may_be_billed


class ModelUnavailableError(ModelError):
    """No answer this time. `retry_after` is the pause the server asked for, None if it did not."""

    def __init__(
        self,
        said: str,
        *,
        advice: str = "",
        evidence: Evidence = NO_EVIDENCE,
        may_be_billed: bool = False,
        retry_after: timedelta | None = None,
    ) -> None:
        super().__init__(said, advice=advice, evidence=evidence, may_be_billed=may_be_billed)
        self.retry_after = retry_after


class NotSentError(ModelUnavailableError):
    """Stopped here before it left: nothing was billed, and nothing speaks against the server."""


class ModelRefusedError(ModelError):
    """A refusal that repeating will not change; `kind` says what will."""

    def __init__(
        self,
        said: str,
        *,
        kind: RefusalKind = RefusalKind.BAD_REQUEST,
        advice: str = "",
        evidence: Evidence = NO_EVIDENCE,
        may_be_billed: bool = False,
    ) -> None:
        super().__init__(said, advice=advice, evidence=evidence, may_be_billed=may_be_billed)
        self.kind = kind

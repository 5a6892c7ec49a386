"""Every error of the desk, named by what the caller can do about it.

AutotraderError
├── MisconfiguredError          the owner must change a setting; nothing was done
├── BadDataError                market data that cannot be trusted; skip, default nothing
│   ├── OldCandleError              the newest closed candle is missing
│   ├── CandleGapError              a candle in between is missing
│   ├── NoCandlesError              there is no candle of that time; get some or ask for another
│   └── BadUploadError              a picture that cannot be read safely; ask for another file
├── BrokenRuleError             a user's own trading rule failed; they must mend it
├── InvariantError              an impossible value was about to be built; a bug, stop
└── ExchangeError               the exchange was asked; three answers to "did it happen?"
    ├── ExchangeRefusedError        no, and repeating the same request will not help
    │   ├── ExchangeHaltedError         nor will any other: stop entries, tell the owner
    │   └── ExchangeDuplicateError      it has this order already: look its link id up
    ├── ExchangeRetryableError      no, and the same request may be sent again after a pause
    └── ExchangeOutcomeUnknownError nobody knows: look the link id up before anything else
"""

from typing import ClassVar

from trading.request_outcomes import OutcomeClass


class AutotraderError(Exception):
    """Anything the desk itself raises."""


class MisconfiguredError(AutotraderError):
    """A setting or the environment is wrong; the message names the setting and what is allowed."""


class BadDataError(AutotraderError):
    """Market data with a gap, a wrong order or an impossible value."""


class OldCandleError(BadDataError):
    """The newest candle closed longer ago than a candle lasts: this is yesterday's news."""


class CandleGapError(BadDataError):
    """A candle is missing between two others, or comes twice."""


class NoCandlesError(BadDataError):
    """No candle of a symbol, length and time is there; the message says what is."""


class BadUploadError(BadDataError):
    """An uploaded picture is broken, hostile or too large; the message says what is allowed."""


class BrokenRuleError(AutotraderError):
    """A user's own trading rule raised or answered nonsense; the message says where."""


class InvariantError(AutotraderError, ValueError):
    """A value was built with contents that are impossible."""


class ExchangeError(AutotraderError):
    """A request to the exchange did not return a plain success.

    `code` is the exchange's retCode, the HTTP status when there was no retCode, or None when
    there was no answer. The message holds no key, secret or signature. `outcome` says what kind of
    answer it was; the desk's table of reactions goes by it.
    """

    usual_outcome: ClassVar[OutcomeClass] = OutcomeClass.UNKNOWN

    def __init__(
        self, message: str, *, code: int | None = None, outcome: OutcomeClass | None = None
    ) -> None:
        super().__init__(message)
        self.code = code
        self.outcome = outcome or self.usual_outcome


class ExchangeRefusedError(ExchangeError):
    """The exchange said no; the same request will be refused again."""

    usual_outcome = OutcomeClass.REFUSED


class ExchangeHaltedError(ExchangeRefusedError):
    """The exchange refuses this key or account as a whole; entries stop until a human looks."""

    usual_outcome = OutcomeClass.HALTED


class ExchangeDuplicateError(ExchangeRefusedError):
    """An order with this link id exists; if the id is ours, look it up and adopt it."""

    usual_outcome = OutcomeClass.DUPLICATE


class ExchangeRetryableError(ExchangeError):
    """The request was not executed; it may be sent again after a pause."""

    usual_outcome = OutcomeClass.RETRYABLE


class ExchangeOutcomeUnknownError(ExchangeError):
    """The request may or may not have been executed; look it up before sending anything else."""

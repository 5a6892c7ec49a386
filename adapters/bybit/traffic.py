"""The gate that every single request passes, and what an answer teaches about the traffic."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from threading import local
from typing import Protocol

import requests

from adapters.bybit.ret_codes import RATE_LIMITED
from trading.errors import (
    ExchangeError,
    ExchangeHaltedError,
    ExchangeOutcomeUnknownError,
    ExchangeRetryableError,
)
from trading.traffic import Call, Outcome, Result

LONGEST_RESET = timedelta(seconds=5)
"""The longest span of a limit; a reset that lies farther ahead is an error of the header."""

Report = Callable[[Outcome], None]
"""Takes what came of the request. It never raises: the answer matters more than the count."""

_ADDRESS_LIMITED = frozenset({10018, 10403})
_LIMITED = frozenset({RATE_LIMITED, requests.codes.too_many_requests, 10429})
_LONGEST_NUMBER = 15


class TrafficGate(Protocol):
    """Decides when a request may leave."""

    def admit(self, call: Call, /) -> Report:
        """Wait for the request's turn; call the result with what came of it.

        Raises:
            ExchangeRetryableError: it must not be sent now; nothing was sent.
            ExchangeHaltedError: the exchange banned this address for some minutes.
        """
        ...


class OpenGate:
    """Lets everything through at once; for a lone caller and for tests."""

    def admit(self, _call: Call, /) -> Report:
        """Nothing to wait for, nothing to remember."""
        return _forget


OPEN_GATE = OpenGate()


class LastHeaders(local):
    """The headers of this thread's last answer."""

    def __init__(self) -> None:
        self.headers: Mapping[str, str] = {}


def outcome_of(error: ExchangeError | None, headers: Mapping[str, str]) -> Outcome:
    """What a request taught, from its error (None: it succeeded) and the answer's headers."""
    result = _result_of(error)
    return Outcome(
        result,
        reason="" if error is None or result is Result.ANSWERED else str(error),
        reset_after=_reset_after(headers),
        limit=_number(headers, "X-Bapi-Limit"),
        remaining=_number(headers, "X-Bapi-Limit-Status"),
    )


def _result_of(error: ExchangeError | None) -> Result:
    match error:
        case ExchangeHaltedError(code=requests.codes.forbidden):
            return Result.BANNED
        case ExchangeOutcomeUnknownError() | ExchangeRetryableError(code=None):
            return Result.FAILED
        case ExchangeRetryableError(code=code) if code in _ADDRESS_LIMITED:
            return Result.ADDRESS_LIMITED
        case ExchangeRetryableError(code=code) if code in _LIMITED:
            return Result.LIMITED
        case _:
            return Result.ANSWERED


def _reset_after(headers: Mapping[str, str]) -> timedelta | None:
    """How far ahead the reset is by the exchange's own clock; None if that is not credible.

    Both headers can be missing, of the past or of another century (bybit_v5.md §1.1, pybit
    pull request 349).
    """
    reset = _number(headers, "X-Bapi-Limit-Reset-Timestamp")
    now = _number(headers, "Timenow")
    if reset is None or now is None:
        return None
    after = timedelta(milliseconds=reset - now)
    return after if timedelta(0) < after <= LONGEST_RESET else None


def _number(headers: Mapping[str, str], name: str) -> int | None:
    text = headers.get(name, "").strip()
    if not text.isascii() or not text.isdigit() or len(text) > _LONGEST_NUMBER:
        return None
    return int(text)


def _forget(_outcome: Outcome) -> None:
    return None

"""What one call to a model teaches the breakers, from what the ledger kept of it.

A call that brought an answer is judged by it; one that brought none by how it ended.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from trading.breaker import Passage
from trading.failures import FailureCode
from trading.model_breaker import (
    CallOutcome,
    Lesson,
    ModelBreakers,
    after_call,
    before_probe,
    may_call,
)
from trading.model_errors import RefusalKind

NO_ANSWER = "no_answer"
"""How the ledger calls the end of a call that nobody answered; refusals have their kind."""

NO_USAGE = "no_usage"
"""An answer that does not say what it will be billed."""

NOT_SENT = "not_sent"
"""A call that the desk itself stopped: it teaches nothing about the server."""

_ANSWERED = frozenset({NO_USAGE, *(kind.value for kind in RefusalKind)})
_OUTCOMES: Mapping[FailureCode, CallOutcome] = MappingProxyType(
    {
        FailureCode.EMPTY: CallOutcome.BAD_SCHEMA,
        FailureCode.NOT_JSON: CallOutcome.BAD_SCHEMA,
        FailureCode.MULTI_JSON: CallOutcome.BAD_SCHEMA,
        FailureCode.CONFUSABLE: CallOutcome.BAD_SCHEMA,
        FailureCode.BAD_NUMBER: CallOutcome.BAD_SCHEMA,
        FailureCode.SCHEMA: CallOutcome.BAD_SCHEMA,
        FailureCode.VISION_NOT_SEEN: CallOutcome.PICTURE_NOT_SEEN,
        # Cut off or declined before there was anything to obey or to see: it is there, no more.
        FailureCode.TRUNCATED: CallOutcome.REFUSED,
        FailureCode.REFUSAL: CallOutcome.REFUSED,
        # What is wrong with these was found behind a whole answer that named the chart code.
        FailureCode.READBACK_MISMATCH: CallOutcome.GOOD,
        FailureCode.SYMBOL_MISMATCH: CallOutcome.GOOD,
        FailureCode.STALE: CallOutcome.GOOD,
        FailureCode.PRICE_INSANE: CallOutcome.GOOD,
        FailureCode.PROB_INCOHERENT: CallOutcome.GOOD,
        FailureCode.EVIDENCE_FALSE: CallOutcome.GOOD,
        FailureCode.INJECTION: CallOutcome.GOOD,
    }
)


@dataclass(frozen=True, slots=True)
class PastCall:
    """A call as the ledger kept it. `ended_at` is None while it is on its way.

    `error_code` is how it ended without a plain answer. `is_judged` says whether an answer of it
    has its verdict, `failure` what was wrong with that, None if nothing was.
    """

    began_at: datetime
    ended_at: datetime | None
    error_code: str | None
    is_judged: bool
    failure: FailureCode | None
    had_picture: bool


def outcome_of(call: PastCall) -> CallOutcome | None:
    """What came of the call, None if it ended without anybody learning it.

    A reply without a verdict, such as the words of the first of two steps, shows only that the
    server is there.
    """
    if call.ended_at is None:
        return None
    if call.is_judged:
        return CallOutcome.GOOD if call.failure is None else _OUTCOMES[call.failure]
    if call.error_code == NO_ANSWER:
        return CallOutcome.UNAVAILABLE
    is_answered = call.error_code is None or call.error_code in _ANSWERED
    return CallOutcome.REFUSED if is_answered else None


def breakers_after(calls: tuple[PastCall, ...]) -> ModelBreakers:
    """The breakers as these calls of one model left them; they may come in any order.

    A call that began when a probe was due was that probe. No jitter: all processes that share a
    ledger have to come to the same moment.
    """
    breakers: ModelBreakers = {}
    for call in sorted(calls, key=_end):
        began, shown = call.began_at, call.had_picture
        if may_call(breakers, began, with_picture=shown) is Passage.PROBE:
            breakers = before_probe(breakers, began, with_picture=shown)
        outcome = outcome_of(call)
        if outcome is not None and call.ended_at is not None:
            lesson = Lesson(outcome, call.had_picture, reason=outcome.value)
            breakers = after_call(breakers, lesson, call.ended_at)
    return breakers


def _end(call: PastCall) -> tuple[bool, datetime, datetime]:
    """Those still on their way come last: only what has ended can have closed anything."""
    return call.ended_at is None, call.ended_at or call.began_at, call.began_at

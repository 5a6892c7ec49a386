"""The first look at a model: one cheap question, before charts are shown to it and paid for.

analysis.md §3.10. What came of it stands in the ledger under a fingerprint of the model and of how
it is asked, so that nobody asks twice. It teaches the breakers like any answer: a server that
drops pictures is left alone before a whole cycle has paid for them.
"""

from datetime import datetime, timedelta
from typing import Final

from trading.call_outcomes import PastCall, outcome_of
from trading.canonical import canonical, fingerprint
from trading.capabilities import Capability
from trading.failures import FailureCode
from trading.model_breaker import CallOutcome

PROBE_VERSION: Final = "probe.v1"
"""Changes when another question is asked."""

FRESH_FOR: Final = timedelta(days=30)
"""So long a good look is believed: names of models stay, what stands behind them does not."""

AGAIN_AFTER: Final = timedelta(hours=1)
"""After a look that ended in nothing good: the owner may have mended what was wrong."""


def look_fingerprint(
    host: str,
    model: str,
    capability: Capability,
    *,
    effort: str | None,
    sends_picture: bool,
) -> str:
    """What a look is kept under, 64 hexadecimal digits: who was asked, and how."""
    return fingerprint(
        {
            "version": PROBE_VERSION,
            "host": host,
            "model": model,
            "capability": canonical(capability),
            "effort": effort,
            "sends_picture": sends_picture,
        }
    )


def is_due(newest: PastCall | None, *, now: datetime) -> bool:
    """Whether the model is to be looked at, after the `newest` look; None: there was none."""
    if newest is None:
        return True
    is_good = outcome_of(newest) is CallOutcome.GOOD
    return now - newest.began_at >= (FRESH_FOR if is_good else AGAIN_AFTER)


_FAULTS = {
    FailureCode.VISION_NOT_SEEN: "it does not see a picture that it is shown",
    FailureCode.SCHEMA: "it does not obey the schema it is given",
    FailureCode.TRUNCATED: "it was still thinking when its room was used up",
    FailureCode.REFUSAL: "it declined",
    FailureCode.EMPTY: "it answered without a word",
}


def fault_of(look: PastCall) -> str:
    """What was wrong with a look, in a few words; "" if nothing was or it is on its way."""
    if look.ended_at is None or outcome_of(look) is CallOutcome.GOOD:
        return ""
    if look.failure is not None:
        return _FAULTS.get(look.failure, f"its answer is {look.failure}")
    return f"there was no answer ({(look.error_code or 'none').replace('_', ' ')})"

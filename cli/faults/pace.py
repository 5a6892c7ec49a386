"""Fairness of a market that is wound on: nobody can act while an hour passes at once."""

import time

from cli.faults.arena import Arena
from cli.faults.nakedness import naked_spans
from cli.faults.truth import Truth, truth_of

_REACTS_WITHIN_SECONDS = 3.0  # more than a position may stand naked, so that too late is seen
_LOOK_EVERY_SECONDS = 0.1


def let_react(arena: Arena) -> None:
    """Let the desk protect what stands naked, before time is wound on.

    It is given longer than it is allowed to need; what is not protected then is found by I5.
    """
    deadline = time.monotonic() + _REACTS_WITHIN_SECONDS
    while _has_naked(truth_of(arena.control.records())) and time.monotonic() < deadline:
        time.sleep(_LOOK_EVERY_SECONDS)


def _has_naked(truth: Truth) -> bool:
    return any(
        span.until_ms >= truth.now_ms
        for symbol in truth.held
        for span in naked_spans(truth, symbol)
    )

"""When a model is left alone: three breakers per server and model (analysis.md §3.10).

One opens when the server does not answer, one when the answers break the schema, one when the
picture is not seen. While one of them is open the desk opens no new position; stops and targets
are at the exchange and stay. The open and half-open times are those of `trading.breaker`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from trading.breaker import (
    CLOSED,
    Breaker,
    BreakerRules,
    Passage,
    after_failure,
    passage,
    probing,
)
from trading.checks import require
from trading.traffic import BreakerState

_TIMES = BreakerRules(
    failures=1,  # how many it takes is for the window to say
    first_open=timedelta(minutes=1),
    longest_open=timedelta(minutes=15),
    probe_within=timedelta(minutes=3),  # longer than any deadline of a call
)


class BreakerKind(StrEnum):
    """What a breaker watches."""

    TRANSPORT = "transport"
    SCHEMA = "schema"
    VISION = "vision"


class CallOutcome(StrEnum):
    """What came of one question, as far as the breakers care."""

    GOOD = "good"
    """An answer that obeys the schema; if there was a picture, it was seen."""
    UNAVAILABLE = "unavailable"
    REFUSED = "refused"
    """The server answered, with a refusal: it is there, and nothing else is known."""
    BAD_SCHEMA = "bad_schema"
    PICTURE_NOT_SEEN = "picture_not_seen"


@dataclass(frozen=True, slots=True)
class WindowRules:
    """A breaker opens at `most_bad` bad ones of the last `window`, or so many `in_a_row`."""

    window: int
    most_bad: int
    in_a_row: int | None = None
    times: BreakerRules = _TIMES

    def __post_init__(self) -> None:
        require(
            0 < self.most_bad <= self.window,
            f"{self.most_bad} bad of {self.window}; above 0 and at most the window",
        )
        require(self.in_a_row is None or self.in_a_row > 0, f"{self.in_a_row} in a row; above 0")


RULES: Mapping[BreakerKind, WindowRules] = MappingProxyType(
    {
        BreakerKind.TRANSPORT: WindowRules(window=10, most_bad=5, in_a_row=3),
        BreakerKind.SCHEMA: WindowRules(window=10, most_bad=5),
        BreakerKind.VISION: WindowRules(window=10, most_bad=2),
    }
)


@dataclass(frozen=True, slots=True)
class ModelBreaker:
    """One breaker and the last outcomes it saw while closed, oldest first; True is a good one."""

    breaker: Breaker = CLOSED
    recent: tuple[bool, ...] = ()


ModelBreakers = Mapping[BreakerKind, ModelBreaker]
"""The breakers of one model; a kind that is missing has seen nothing yet."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """What one call teaches. `jitter` (0..1) shortens an open time by up to half."""

    outcome: CallOutcome
    had_picture: bool
    reason: str
    jitter: float = 0.0


def may_call(breakers: ModelBreakers, now: datetime, *, with_picture: bool = True) -> Passage:
    """Whether a model may be asked: freely, as the one probe, or not at all.

    Without a picture the vision breaker has no say, since no answer could ever close it.
    """
    passages = {
        passage(one.breaker, now)
        for kind, one in breakers.items()
        if with_picture or kind is not BreakerKind.VISION
    }
    for decisive in (Passage.BLOCKED, Passage.PROBE):
        if decisive in passages:
            return decisive
    return Passage.FREE


def before_probe(
    breakers: ModelBreakers, now: datetime, *, with_picture: bool = True
) -> ModelBreakers:
    """The breakers while a probe is on its way; remember them before it leaves.

    Without a picture it tries no sight, and must not keep those waiting that do.
    """
    return {
        kind: replace(one, breaker=probing(one.breaker, now, RULES[kind].times))
        if passage(one.breaker, now) is Passage.PROBE
        and (with_picture or kind is not BreakerKind.VISION)
        else one
        for kind, one in breakers.items()
    }


def after_call(breakers: ModelBreakers, lesson: Lesson, now: datetime) -> ModelBreakers:
    """The breakers after a call; a kind that the call taught nothing stays as it was."""
    learned = {
        kind: after_outcome(
            breakers.get(kind, ModelBreaker()), lesson, now, is_good=is_good, rules=RULES[kind]
        )
        for kind, is_good in lessons_of(lesson).items()
    }
    return {**breakers, **learned}


def lessons_of(lesson: Lesson) -> Mapping[BreakerKind, bool]:
    """What each breaker learns of a call: True for good, and nothing where it is not concerned."""
    match lesson.outcome:
        case CallOutcome.UNAVAILABLE:
            return {BreakerKind.TRANSPORT: False}
        case CallOutcome.REFUSED:
            return {BreakerKind.TRANSPORT: True}
        case CallOutcome.BAD_SCHEMA:
            return {BreakerKind.TRANSPORT: True, BreakerKind.SCHEMA: False}
        case CallOutcome.PICTURE_NOT_SEEN:
            seen = {BreakerKind.VISION: False}
            return {BreakerKind.TRANSPORT: True, BreakerKind.SCHEMA: True, **seen}
        case CallOutcome.GOOD:
            seen = {BreakerKind.VISION: True} if lesson.had_picture else {}
            return {BreakerKind.TRANSPORT: True, BreakerKind.SCHEMA: True, **seen}


def after_outcome(
    state: ModelBreaker, lesson: Lesson, now: datetime, *, is_good: bool, rules: WindowRules
) -> ModelBreaker:
    """One breaker after one outcome that concerns it.

    A good one closes a breaker that was trying, with nothing held against it. An outcome that
    arrives while it is open left before it opened and changes nothing.
    """
    if state.breaker.state is BreakerState.OPEN:
        return state
    if state.breaker.state is BreakerState.HALF_OPEN:
        return ModelBreaker() if is_good else _opened(state, lesson, now, rules)
    recent = (*state.recent, is_good)[-rules.window :]
    if not _is_too_much(recent, rules):
        return replace(state, recent=recent)
    return _opened(state, lesson, now, rules)


def _is_too_much(recent: tuple[bool, ...], rules: WindowRules) -> bool:
    row = rules.in_a_row
    if row is not None and len(recent) >= row and not any(recent[-row:]):
        return True
    return recent.count(False) >= rules.most_bad


def _opened(
    state: ModelBreaker, lesson: Lesson, now: datetime, rules: WindowRules
) -> ModelBreaker:
    breaker = after_failure(
        state.breaker, lesson.reason, now, rules=rules.times, jitter=lesson.jitter
    )
    return ModelBreaker(breaker)

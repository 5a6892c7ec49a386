from dataclasses import replace
from datetime import timedelta

import pytest

from tests.trading.grounding_builders import (
    MARKET,
    answer,
    codes,
    flat_answer,
    view,
)
from trading.analysis import Action
from trading.failures import Failure, FailureCode
from trading.grounding import ground


@pytest.mark.parametrize(
    ("late", "expected"),
    [
        (timedelta(minutes=15), []),
        (timedelta(minutes=15, microseconds=1), [FailureCode.STALE]),
    ],
)
def test_an_answer_is_stale_after_a_quarter_of_a_bar(
    late: timedelta, expected: list[FailureCode]
) -> None:
    assert codes(answer(), view(answered_at=MARKET.taken_at + late)) == expected


def test_an_answer_is_stale_when_the_next_bar_has_closed() -> None:
    closed = MARKET.as_of + timedelta(hours=1)
    shortly_before = replace(MARKET, taken_at=closed - timedelta(seconds=1))
    in_time = view(snapshot=shortly_before, answered_at=closed - timedelta(microseconds=1))
    assert codes(answer(), in_time) == []
    assert codes(answer(), replace(in_time, answered_at=closed)) == [FailureCode.STALE]


def test_only_an_allowed_action_is_taken() -> None:
    waiting = view(snapshot=replace(MARKET, allowed_actions=(Action.FLAT,)))
    failure = ground(answer(), waiting)
    assert failure == Failure(
        FailureCode.SCHEMA,
        "/action: LONG is not allowed now; allowed: FLAT",
        ("/action: LONG is not allowed now; allowed: FLAT",),
    )
    assert codes(flat_answer(), waiting) == []

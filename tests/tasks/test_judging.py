"""Judging an answer: flat and silence are reasons, a signal is weighed and passes the gate."""

from dataclasses import replace
from decimal import Decimal

import pytest

from config.settings import Settings
from tasks.analysis import Judgement, judge
from tasks.resources import Desk, desk_of
from tests.fixtures.desks import flat, silent
from tests.trading.builders import long_analysis, snapshot_at_40000
from tests.trading.calibrations import weighted
from trading.confidence import Gate
from trading.positions import Direction
from trading.reasons import Reason, Refused

SNAPSHOT = snapshot_at_40000()


@pytest.fixture
def desk() -> Desk:
    return desk_of(Settings())


def test_a_flat_answer_says_why(desk: Desk) -> None:
    judged = judge(desk, SNAPSHOT, flat(SNAPSHOT, b""))

    detail = "no_setup: nothing to see; nor to do"
    assert judged == Judgement(refused=Refused(Reason.ANALYST_FLAT, detail))


def test_silence_is_not_taken_for_flat(desk: Desk) -> None:
    judged = judge(desk, SNAPSHOT, silent(SNAPSHOT, b""))

    detail = "timed_out: no answer within 90 s"
    assert judged == Judgement(refused=Refused(Reason.ANALYST_ABSTAINED, detail))


def test_levels_the_market_has_passed_are_refused_without_a_signal(desk: Desk) -> None:
    judged = judge(desk, SNAPSHOT, long_analysis(stop_loss=Decimal(40_200)))

    assert (judged.signal, judged.confidence) == (None, None)
    assert judged.refused is not None
    assert judged.refused.reason is Reason.SIGNAL_STOP_SIDE


def test_a_good_answer_is_a_signal_with_its_chances(desk: Desk) -> None:
    judged = judge(desk, SNAPSHOT, long_analysis())

    assert judged.refused is None
    assert judged.signal is not None
    assert (judged.signal.direction, judged.signal.entry_price) == (Direction.LONG, 40_001)
    assert judged.confidence is not None
    assert judged.confidence.stated_probability == Decimal("0.45")


def test_what_was_learned_of_an_arm_opens_the_calibrated_gate(desk: Desk) -> None:
    careful = replace(desk, confidence=replace(desk.confidence, gate=Gate.CALIBRATED))
    learned = weighted(3.0)

    unproven = judge(careful, SNAPSHOT, long_analysis())
    proven = judge(careful, SNAPSHOT, long_analysis(), lambda _: learned)

    assert unproven.refused is not None
    assert unproven.refused.reason is Reason.CONFIDENCE_LOW
    assert proven.refused is None
    assert proven.confidence is not None
    assert proven.confidence.is_calibrated


def test_a_gate_that_stays_shut_keeps_the_signal(desk: Desk) -> None:
    shadow = replace(desk, confidence=replace(desk.confidence, gate=Gate.SHADOW))

    judged = judge(shadow, SNAPSHOT, long_analysis())

    assert judged.signal is not None
    assert judged.confidence is not None
    assert judged.refused is not None
    assert judged.refused.reason is Reason.CONFIDENCE_SHADOW

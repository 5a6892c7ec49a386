"""A decision and its arm: named with it, and one order however the arm has changed since."""

from dataclasses import replace
from hashlib import sha256

import pytest
from sqlalchemy.orm import Session, sessionmaker

from db.models import DecisionRow, IntentRow
from db.repositories.decisions import pictures_of
from db.repositories.slots import Claim
from db.unit_of_work import read_session
from tasks.entries import decide
from tasks.resources import Resources
from tasks.study import Study
from tests.fixtures.desks import claimed, offline_resources
from tests.fixtures.studies import PICTURE, agenda, remember, rows_of, study
from tests.trading.builders import NOW
from trading.arms import Arm, ImageArm
from trading.question_plan import QuestionPlan

BOTH = Arm(ImageArm.LTF_HTF)
SECOND = replace(PICTURE, png=b"another", sha256=sha256(b"another").hexdigest())


@pytest.fixture
def resources(session_factory: sessionmaker[Session]) -> Resources:
    opened = offline_resources(session_factory, now=NOW)
    remember(opened)
    return opened


@pytest.fixture
def run(resources: Resources) -> Claim:
    return claimed(resources, NOW.replace(second=0))


def of_both(resources: Resources) -> Study:
    """A long that was decided before two pictures."""
    chart = replace(PICTURE, arm=BOTH, second=SECOND)
    return replace(study(resources), chart=chart, plan=QuestionPlan(BOTH))


def test_both_pictures_of_a_decision_are_kept_and_the_first_is_for_people(
    resources: Resources, run: Claim
) -> None:
    made = decide.fn(resources, run, agenda(), of_both(resources))

    (row,) = rows_of(resources, DecisionRow)
    with read_session(resources.sessions) as session:
        shown = pictures_of(session, made.decision_id)
    assert shown == (PICTURE.sha256, SECOND.sha256)
    assert (row.arm, row.chart_sha256, row.saving) == ("main/ltf+htf", PICTURE.sha256, "")


def test_who_saw_no_picture_decided_beside_the_one_for_people(
    resources: Resources, run: Claim
) -> None:
    unseen = Arm(ImageArm.NONE)
    blind = replace(
        study(resources), chart=replace(PICTURE, arm=unseen), plan=QuestionPlan(unseen)
    )

    made = decide.fn(resources, run, agenda(), blind)

    (row,) = rows_of(resources, DecisionRow)
    with read_session(resources.sessions) as session:
        assert pictures_of(session, made.decision_id) == ()
    assert (row.arm, row.chart_sha256) == ("main/none", PICTURE.sha256)


def test_a_run_that_is_taken_over_under_another_arm_keeps_its_decision_and_its_order(
    resources: Resources, run: Claim
) -> None:
    first = decide.fn(resources, run, agenda(), of_both(resources))
    saving = replace(study(resources), plan=QuestionPlan(saving="less is left"))

    again = decide.fn(resources, run, agenda(), saving)

    assert again.decision_id == first.decision_id
    assert [row.arm for row in rows_of(resources, DecisionRow)] == ["main/ltf+htf"]
    (intent,) = rows_of(resources, IntentRow)
    assert intent.decision_id == first.decision_id

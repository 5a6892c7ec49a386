"""Every arm through the trading day: shown, asked, kept and decided again without a call."""

import json
from collections.abc import Callable
from decimal import Decimal
from itertools import product

import pytest

from db.repositories import charts, decisions
from db.unit_of_work import read_session
from tasks.replaying import Status
from tasks.resources import Resources
from tests.fixtures.plotted_market import CALM, RISING
from tests.tasks.model_analyst.asking_desk import TWO_STEPS, AskingDesk, StandIn
from tests.tasks.model_analyst.deciding_again import replayed
from tests.tasks.model_analyst.whole_day import (
    call_of,
    decided,
    pictures_in,
    studied,
    words_of,
)
from tests.trading import builders
from trading.analysis import Abstention, AbstentionCode, Action, Analysis
from trading.arms import USUAL, Arm, ImageArm, Mask
from trading.question_plan import QuestionPlan
from trading.reasons import Reason
from trading.signals import Signal, SignalRules, validate

DRAWN = [Arm(*one) for one in product((ImageArm.LTF, ImageArm.LTF_HTF), Mask, (False, True))]
ARMS = [Arm(ImageArm.NONE), *DRAWN]

_CLIMB = [price + 25 * bar for bar, price in enumerate(builders.walk(120))]
CLIMBING = builders.snapshot(candles=builders.candles(closes=_CLIMB))
"""The stand-in is long of it, whatever its seed."""

OpenDay = Callable[..., Resources]


@pytest.mark.parametrize("arm", ARMS, ids=str)
def test_an_arm_is_shown_kept_and_decided_again(
    arm: Arm, open_day: OpenDay, stand_in: StandIn, request: pytest.FixtureRequest
) -> None:
    resources = open_day(arm)

    study = studied(resources)
    made, row = decided(resources, study)

    (question,) = stand_in.questions()
    assert isinstance(study.answer, Analysis), study.answer
    assert row.arm == arm.label("main")
    assert row.analyst == f"stand-in-vision {arm.label('chart_reader@1')}"
    assert call_of(resources).arm == arm.label("model")
    with read_session(resources.sessions) as session:
        shown = decisions.pictures_of(session, made.decision_id)
        assert all(charts.load(session, one) is not None for one in shown)
    assert list(shown) == pictures_in(question)
    assert len(shown) == {"none": 0, "ltf": 1, "ltf+htf": 2}[arm.pictures]
    assert study.chart is not None
    assert row.chart_sha256 == study.chart.sha256 == (*shown, study.chart.sha256)[0]
    assert (CALM in words_of(question)) is not arm.is_masked

    request.getfixturevalue("no_network")
    again = replayed(resources, made.decision_id)
    assert (again.status, again.differences) == (Status.SAME, ())


def test_each_arm_has_pictures_and_a_fingerprint_of_its_own(
    open_asking: Callable[..., AskingDesk],
) -> None:
    asking = open_asking()
    pictures = set()
    for arm in ARMS:
        shown = asking.changed(arm=arm)
        shown.ask()
        pictures.add(tuple(one.sha256 for one in shown.chart().shown))

    calls = asking.calls()
    assert len({call.prompt_fingerprint for call in calls}) == len(pictures) == len(ARMS)
    assert [call.arm for call in calls] == [arm.label("model") for arm in ARMS]


@pytest.mark.parametrize("arm", [arm for arm in DRAWN if not arm.is_placebo], ids=str)
def test_what_is_read_off_the_first_picture_is_believed(arm: Arm, open_day: OpenDay) -> None:
    answer = studied(open_day(arm)).answer

    assert isinstance(answer, Analysis)
    assert answer.doubts == ()


@pytest.mark.parametrize("arm", [arm for arm in DRAWN if arm.is_placebo], ids=str)
def test_nothing_is_ever_sent_on_a_wrong_picture(arm: Arm, open_day: OpenDay) -> None:
    resources = open_day(arm)

    study = studied(resources, RISING)
    made, row = decided(resources, study)

    assert isinstance(study.answer, Analysis)
    assert study.answer.doubts[-1] == "placebo: the picture was wrong on purpose"
    assert made.entry is None
    assert row.reason in (Reason.CONFIDENCE_SHADOW, Reason.ANALYST_FLAT)


@pytest.mark.parametrize("pictures", ["ltf", "ltf+htf"])
def test_levels_said_of_a_masked_market_are_levels_of_this_one(
    pictures: str, open_asking: Callable[..., AskingDesk]
) -> None:
    asking = open_asking(model_pictures=pictures, model_mask="anonymised")

    answer = asking.ask(CLIMBING)

    (kept,) = asking.answers()
    assert isinstance(answer, Analysis)
    assert answer.action is Action.LONG
    said = json.loads(kept.text or b"", parse_float=Decimal)
    base = CLIMBING.candles[0].close
    assert 90 < said["stop_loss"] < said["take_profit"] < 150
    assert answer.stop_loss == said["stop_loss"] * base / 100
    assert answer.take_profit == said["take_profit"] * base / 100
    assert isinstance(validate(answer, CLIMBING, SignalRules()), Signal)


@pytest.mark.parametrize("mask", list(Mask))
def test_both_pictures_are_put_into_words_for_a_model_of_two_steps(
    mask: Mask, open_asking: Callable[..., AskingDesk], stand_in: StandIn
) -> None:
    free = {f"model_budget_per_{length}_usd": None for length in ("call", "day", "month")}
    own = {"model_name": TWO_STEPS, "model_price_file": ""} | free
    asking = open_asking(model_pictures="ltf+htf", model_mask=mask, **own)

    assert isinstance(asking.ask(), Analysis)

    first, second = stand_in.questions()
    assert (len(pictures_in(first)), len(pictures_in(second))) == (2, 0)


@pytest.mark.parametrize("place", [1, 2])
def test_a_dropped_picture_is_found_out(place: int, open_day: OpenDay, stand_in: StandIn) -> None:
    resources = open_day(Arm(ImageArm.LTF_HTF))
    stand_in.script({"kind": "drop_image", "place": place, "times": 2})

    study = studied(resources)

    assert isinstance(study.answer, Abstention)
    assert study.answer.code is AbstentionCode.VISION_NOT_SEEN
    made, _ = decided(resources, study)
    assert replayed(resources, made.decision_id).status is Status.SAME


def test_the_built_in_analyst_has_its_one_chart_whatever_the_model_is_shown(
    open_day: OpenDay,
) -> None:
    resources = open_day(Arm(ImageArm.LTF_HTF, Mask.ANONYMISED), analyst="technical")

    study = studied(resources)
    made, row = decided(resources, study)

    assert study.chart is not None
    assert (study.plan, study.chart.arm, row.arm) == (QuestionPlan(), USUAL, "main")
    with read_session(resources.sessions) as session:
        assert decisions.pictures_of(session, made.decision_id) == (row.chart_sha256,)

"""From the whole corpus of hostile answers no trade comes: not one passes the desk's judgement."""

from dataclasses import replace

import pytest

from adapters.answers.reading import read_answer
from config.settings import Settings
from tasks.analysis import Judgement, judge
from tasks.model_analyst.believing import doubted
from tasks.model_analyst.opinion import abstention_of
from tasks.resources import desk_of
from tests.adapters.answers.said import as_text, long_answer, put, reply, view
from tests.bad_input.hostile_answers import Hostile, corpus
from tests.trading import builders
from trading.arms import USUAL
from trading.failures import Failure, FailureCode
from trading.grounding import GroundingView, ground
from trading.reasons import Reason
from trading.replies import ModelReply

DESK = desk_of(Settings())
VIEW = view()
_DEARER = builders.candles(closes=builders.walk(120, start=60_000))
ELSEWHERE = builders.snapshot(
    instrument=builders.instrument(symbol="ETHUSDT", base_coin="ETH"),
    candles=_DEARER,
    ticker=builders.ticker(_DEARER[-1].close, symbol="ETHUSDT"),
)


def judged(said: ModelReply, seen: GroundingView, *, strict: bool = True) -> Judgement:
    """What the desk makes of a reply; as in a cycle, after the last repair."""
    answer = read_answer(said, strict=strict)
    found = answer if isinstance(answer, Failure) else ground(answer, seen)
    believed = abstention_of(found) if isinstance(found, Failure) else doubted(found, USUAL)
    return judge(DESK, seen.snapshot, believed)


def test_the_answer_they_are_made_from_would_be_traded() -> None:
    assert judged(reply(as_text(long_answer())), VIEW).refused is None


@pytest.mark.parametrize("hostile", corpus(), ids=lambda hostile: hostile.name)
def test_nothing_hostile_is_traded(hostile: Hostile) -> None:
    found = judged(hostile.reply, hostile.view or VIEW, strict=hostile.strict)

    assert found.refused is not None
    assert found.refused.reason in (
        Reason.ANALYST_ABSTAINED,
        Reason.ANALYST_FLAT,
        Reason.CONFIDENCE_SHADOW,
    ) or found.refused.reason.startswith("signal.")


@pytest.mark.parametrize(
    ("seen", "code"),
    [
        (replace(VIEW, chart_code="3X7C"), FailureCode.VISION_NOT_SEEN),
        (
            view(snapshot=ELSEWHERE, chart_code=None, drawn_low=None, drawn_high=None),
            FailureCode.PRICE_INSANE,
        ),
    ],
    ids=["by its code", "by its prices"],
)
def test_an_answer_about_another_market_is_found_out(
    seen: GroundingView, code: FailureCode
) -> None:
    refused = judged(reply(as_text(long_answer())), seen).refused

    assert refused is not None
    assert refused.detail.startswith(f"{code}: ")


def test_a_word_outside_its_closed_set_is_no_answer() -> None:
    refused = judged(reply(as_text(put("regime", "sideways"))), VIEW).refused

    assert refused is not None
    assert refused.detail.startswith("schema: ")

"""A stored decision, decided again: the same without a call, and every difference by its name."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy.orm import Session, sessionmaker

from adapters.chart_image import render_chart
from db.queries.replay import StoredReply, load_decision
from db.unit_of_work import read_session
from tasks.charts import chart_input
from tasks.replaying import Status
from tasks.resources import Resources
from tests.fixtures.decided import decided, desk_at_noon, forged, passed_over
from tests.fixtures.desks import new_account
from tests.tasks.model_analyst.asking_desk import SNAPSHOT, AskingDesk, StandIn
from tests.tasks.model_analyst.deciding_again import replayed
from tests.trading import builders
from trading.analysis import Abstention, AbstentionCode
from trading.cache_keys import CacheMode
from trading.confidence import Gate
from trading.failures import Failure, FailureCode
from trading.reasons import Reason, Refused
from trading.snapshot import MarketSnapshot
from trading.technical_analyst import TechnicalRules, analyse

_RISE = [price + 12 * bar for bar, price in enumerate(builders.walk(120, seed=3))]
RISING = builders.snapshot(candles=builders.candles(closes=_RISE))
"""The technical analyst is long of it."""


@pytest.fixture
def resources(sessions: sessionmaker[Session]) -> Resources:
    return desk_at_noon(sessions, new_account())


@pytest.fixture
def asked(open_asking: Callable[..., AskingDesk], resources: Resources) -> AskingDesk:
    """A model desk of the same account as `resources`."""
    return open_asking(account=resources.desk.account.account)


def by_technical(resources: Resources, snapshot: MarketSnapshot) -> UUID:
    return decided(resources, snapshot, analyse(snapshot, TechnicalRules()))


def at_answer(asked: AskingDesk, resources: Resources) -> Resources:
    """The desk at the moment its model has answered."""
    return replace(resources, now=asked.clock)


@pytest.mark.parametrize("snapshot", [SNAPSHOT, RISING], ids=["calm", "rising"])
def test_the_technical_analyst_decides_the_same_again(
    resources: Resources, snapshot: MarketSnapshot, no_network: list[object]
) -> None:
    del no_network
    done = replayed(resources, by_technical(resources, snapshot))

    assert (done.status, done.differences) == (Status.SAME, ())
    assert (done.is_same_code, done.is_same_settings) == (True, True)


def test_a_models_words_are_read_again_without_a_call(
    resources: Resources, asked: AskingDesk, stand_in: StandIn, request: pytest.FixtureRequest
) -> None:
    decision = decided(at_answer(asked, resources), SNAPSHOT, asked.analysis())
    calls = len(stand_in.questions())
    request.getfixturevalue("no_network")

    done = replayed(resources, decision)

    assert (done.status, done.differences) == (Status.SAME, ())
    assert calls == 1


def test_a_repaired_answer_is_read_again_by_both_attempts(
    resources: Resources, asked: AskingDesk, stand_in: StandIn
) -> None:
    stand_in.script({"kind": "double"})
    decision = decided(at_answer(asked, resources), SNAPSHOT, asked.analysis())

    assert len(stand_in.questions()) == 2
    assert replayed(resources, decision).status is Status.SAME


def test_what_was_said_of_another_picture_or_later_does_not_count(
    resources: Resources, asked: AskingDesk, stand_in: StandIn
) -> None:
    answer = asked.analysis()
    other = replace(SNAPSHOT, ticker=replace(SNAPSHOT.ticker, open_interest=Decimal(1)))
    stand_in.script({"kind": "refusal"})
    asked.ask(other, render_chart(chart_input(other)))
    decision = decided(at_answer(asked, resources), SNAPSHOT, answer)
    asked.clock.passes(timedelta(seconds=1))
    stand_in.script({"kind": "refusal"})
    asked.changed(cache=CacheMode.REFRESH).ask()

    assert len(stand_in.questions()) == 3
    assert replayed(resources, decision).status is Status.SAME


def test_an_abstention_is_replayed_to_its_code(
    resources: Resources, asked: AskingDesk, stand_in: StandIn
) -> None:
    stand_in.script({"kind": "double"}, {"kind": "double"})
    decision = decided(at_answer(asked, resources), SNAPSHOT, asked.abstention())

    assert replayed(resources, decision).status is Status.SAME


def test_other_reading_gives_another_decision(resources: Resources, asked: AskingDesk) -> None:
    decision = decided(at_answer(asked, resources), SNAPSHOT, asked.analysis())

    def refuse(_: StoredReply) -> Failure:
        return Failure(FailureCode.REFUSAL, "today nothing is believed")

    done = replayed(resources, decision, read=refuse)

    assert done.status is Status.DIFFERS
    told = {one.what: one.today for one in done.differences}
    assert told["answer"] == "abstained: refusal"
    assert told["outcome"] == "abstained"


def test_a_model_whose_words_are_gone_cannot_be_replayed(resources: Resources) -> None:
    decision = decided(resources, builders.snapshot_at_40000(), builders.long_analysis())

    (found,) = replayed(resources, decision).differences

    assert (found.what, found.stored, found.today) == ("answer", "long", "no reply is stored")


@pytest.mark.parametrize("code", [AbstentionCode.BUDGET, AbstentionCode.TIMED_OUT])
def test_a_silence_stays_a_silence(resources: Resources, code: AbstentionCode) -> None:
    decision = decided(resources, SNAPSHOT, Abstention(code, "no answer"))

    assert replayed(resources, decision).status is Status.SAME


def test_a_market_that_was_not_looked_at_has_nothing_to_replay(resources: Resources) -> None:
    gone = passed_over(resources, "BTCUSDT", Refused(Reason.DATA_CANDLE_GAP, "a gap"))

    assert replayed(resources, gone).status is Status.UNSEEN


def test_other_settings_change_the_reason_and_the_outcome(resources: Resources) -> None:
    decision = by_technical(resources, RISING)
    desk = resources.desk
    shadow = replace(
        desk, confidence=replace(desk.confidence, gate=Gate.SHADOW), config_hash="other"
    )

    done = replayed(resources, decision, desk=shadow)

    assert (done.status, done.is_same_settings) == (Status.DIFFERS, False)
    assert [(one.what, one.today) for one in done.differences] == [
        ("reason", "confidence.shadow_mode"),
        ("outcome", "refused"),
    ]


def test_other_drawing_is_told_by_its_hash(resources: Resources) -> None:
    decision = by_technical(resources, SNAPSHOT)

    done = replayed(
        resources, decision, render=lambda chart: replace(render_chart(chart), sha256="other")
    )

    assert [(one.what, one.today) for one in done.differences] == [("picture", "other")]


@pytest.mark.parametrize(
    ("place", "value", "what"),
    [
        ("stop_loss", "39000", "answer.stop_loss"),
        ("action", "short", "answer.action"),
        ("reasons", ["because"], "answer.reasons"),
    ],
)
def test_a_forged_answer_is_found_at_its_place(
    resources: Resources, place: str, value: object, what: str
) -> None:
    decision = by_technical(resources, RISING)
    with read_session(resources.sessions) as session:
        stored = load_decision(session, resources.desk.account, decision)
    assert stored is not None
    forged(resources, decision, analysis={**(stored.analysis or {}), place: value})

    found = replayed(resources, decision).differences

    assert [one.what for one in found] == [what]


def test_a_snapshot_of_another_release_is_told_and_not_guessed_at(resources: Resources) -> None:
    decision = by_technical(resources, SNAPSHOT)
    forged(resources, decision, snapshot={"version": "snapshot.v0"})

    (found,) = replayed(resources, decision).differences

    assert (found.what, found.stored) == ("snapshot", "snapshot.v0")
    assert "replay it with the release that stored it" in found.today


def test_a_decision_of_another_account_is_not_there(resources: Resources) -> None:
    decision = by_technical(resources, SNAPSHOT)
    stranger = replace(resources.desk.account, account="stranger")

    with read_session(resources.sessions) as session:
        assert load_decision(session, stranger, decision) is None


def test_a_rounded_indicator_is_no_difference(resources: Resources) -> None:
    decision = by_technical(resources, RISING)
    with read_session(resources.sessions) as session:
        stored = load_decision(session, resources.desk.account, decision)
    assert stored is not None
    assert stored.analysis is not None
    nearly = f"{Decimal(str(stored.analysis['stop_loss'])) + Decimal('0.00001')}"
    forged(resources, decision, analysis={**stored.analysis, "stop_loss": nearly})

    assert replayed(resources, decision).status is Status.SAME

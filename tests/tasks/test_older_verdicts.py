"""A decision of an older release, whose verdict knew less, is no other decision today."""

from dataclasses import fields
from typing import Any

import pytest
from sqlalchemy.orm import Session, sessionmaker

from adapters.chart_image import render_chart
from db.queries.replay import load_decision
from db.unit_of_work import read_session
from tasks.replaying import Replayed, Status, Today, replay
from tasks.resources import Resources
from tests.fixtures.decided import decided, desk_at_noon, forged
from tests.fixtures.desks import new_account
from tests.trading import builders
from trading.confidence import Confidence
from trading.failures import Failure, FailureCode
from trading.technical_analyst import TechnicalRules, analyse

RISE = [price + 12 * bar for bar, price in enumerate(builders.walk(120, seed=3))]
MARKET = builders.snapshot(candles=builders.candles(closes=RISE))
FIRST_FIELDS = {
    "reward_risk",
    "cost_r",
    "break_even",
    "probability",
    "expected_r",
    "method",
    "stated_probability",
    "stated_expected_r",
}
"""What the confidence of the first release said."""


@pytest.fixture
def resources(session_factory: sessionmaker[Session]) -> Resources:
    return desk_at_noon(session_factory, new_account())


def replayed_with(resources: Resources, **confidence: Any) -> Replayed:
    """The replay of a decision that was stored with only the first fields of its confidence."""
    decision = decided(resources, MARKET, analyse(MARKET, TechnicalRules()))
    today = Today(
        resources.desk, render_chart, lambda _: Failure(FailureCode.EMPTY, "nobody is asked")
    )
    with read_session(resources.sessions) as session:
        stored = load_decision(session, resources.desk.account, decision)
        assert stored is not None
        assert stored.verdict is not None
        verdict: Any = stored.verdict
        kept = {name: verdict["confidence"][name] for name in FIRST_FIELDS} | confidence
        conditions = {**verdict["signal"]["conditions"]}
        del conditions["swing"]
        signal = {**verdict["signal"], "conditions": conditions}
    forged(resources, decision, verdict={**verdict, "confidence": kept, "signal": signal})
    with read_session(resources.sessions) as session:
        older = load_decision(session, resources.desk.account, decision)
        assert older is not None
        return replay(session, today, older)


def test_what_an_older_release_did_not_store_is_no_difference(resources: Resources) -> None:
    assert {field.name for field in fields(Confidence)} > FIRST_FIELDS
    done = replayed_with(resources)
    assert (done.status, done.differences) == (Status.SAME, ())


def test_what_it_stored_is_still_compared(resources: Resources) -> None:
    (found,) = replayed_with(resources, cost_r="0.5").differences
    assert (found.what, found.stored) == ("confidence.cost_r", "0.5")

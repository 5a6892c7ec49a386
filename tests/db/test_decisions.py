"""Every decision is a row, written once."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from db.keys import AccountKey
from db.models import DecisionRow
from db.queries.decisions import (
    ReasonCount,
    decisions_by_reason,
    decisions_of_run,
    recent_decisions,
)
from db.repositories import charts, decisions
from trading.analysis import Action
from trading.reasons import Outcome, Reason


def test_a_decision_is_stored_with_all_that_replays_it(
    session: Session, make: Any, now: datetime
) -> None:
    sha256 = charts.save(session, b"picture", width=1536, height=768)
    new = make.decision(
        make.run(session),
        action=Action.LONG,
        confidence=Decimal("0.61"),
        analyst_confidence=Decimal("0.7"),
        snapshot={"close": Decimal("50000.50"), "at": now, "bars": [Decimal("1.10"), 2]},
        snapshot_hash="abcd",
        chart_sha256=sha256,
        analysis={"reasons": ["trend"]},
        verdict={"refused": None},
    )
    row = session.get_one(DecisionRow, decisions.record(session, new))
    assert row.snapshot == {
        "close": "50000.5",
        "at": "2025-03-01T12:00:00+00:00",
        "bars": ["1.1", 2],
    }
    assert (row.analysis, row.verdict) == ({"reasons": ["trend"]}, {"refused": None})
    assert (row.action, row.confidence) == (Action.LONG, Decimal("0.61"))
    assert (row.concluded_at, row.chart_sha256) == (now, sha256)


def test_the_first_decision_stays_when_a_run_is_taken_over(
    session: Session, make: Any, key: AccountKey
) -> None:
    run = make.run(session)
    first = decisions.record(session, make.decision(run))
    again = decisions.record(
        session, make.decision(run, outcome=Outcome.SKIPPED, reason=Reason.DATA_CANDLES)
    )
    assert again == first
    assert decisions_by_reason(session, key) == [ReasonCount(Outcome.FLAT, Reason.ANALYST_FLAT, 1)]
    assert [line.id for line in decisions_of_run(session, run.run_id)] == [first]
    assert decisions.concluded_symbols(session, run.run_id) == {"BTCUSDT"}


def test_a_decision_names_all_its_pictures_in_their_order(session: Session, make: Any) -> None:
    shown = tuple(
        charts.save(session, picture, width=1536, height=768) for picture in (b"one", b"another")
    )
    run = make.run(session)
    new = make.decision(run, chart_sha256=shown[0], shown=shown, saving="nothing")

    decision_id = decisions.record(session, new)

    assert decisions.pictures_of(session, decision_id) == shown
    assert session.get_one(DecisionRow, decision_id).saving == "nothing"
    again = make.decision(run, chart_sha256=shown[1], shown=shown[1:])
    assert decisions.record(session, again) == decision_id
    assert decisions.pictures_of(session, decision_id) == shown


def test_a_decision_without_pictures_names_none(session: Session, make: Any) -> None:
    decision_id = decisions.record(session, make.decision(make.run(session)))

    assert decisions.pictures_of(session, decision_id) == ()


def test_an_undecided_decision_stays_under_whichever_arm_it_has(
    session: Session, make: Any
) -> None:
    run = make.run(session)
    undecided = {"outcome": None, "reason": None}
    first = decisions.record(session, make.decision(run, arm="main/ltf+htf", **undecided))

    assert decisions.record(session, make.decision(run, **undecided)) == first
    assert decisions.concluded_symbols(session, run.run_id) == frozenset()


def test_a_slot_is_not_decided_again_under_another_arm(session: Session, make: Any) -> None:
    run = make.run(session)
    decisions.record(session, make.decision(run, arm="main/ltf+htf"))

    assert decisions.concluded_symbols(session, run.run_id) == {"BTCUSDT"}


def test_a_decision_is_concluded_once(
    session: Session, make: Any, now: datetime, key: AccountKey
) -> None:
    new = make.decision(make.run(session), outcome=None, reason=None)
    decision_id = decisions.record(session, new)
    assert decisions.pending(session, key) == [decision_id]
    later = now + timedelta(seconds=5)
    ending = {"outcome": Outcome.TRADED, "reason": Reason.ORDER_FILLED, "detail": "at 50000.5"}
    assert decisions.conclude(session, decision_id, now=later, **ending)
    assert not decisions.conclude(session, decision_id, now=later, **ending)
    assert decisions.pending(session, key) == []
    (line,) = recent_decisions(session, key)
    assert (line.id, line.outcome, line.reason, line.detail) == (decision_id, *ending.values())


def test_concluding_a_decision_that_is_not_there_says_so(session: Session, now: datetime) -> None:
    ending = {"outcome": Outcome.TRADED, "reason": Reason.ORDER_FILLED}
    assert not decisions.conclude(session, uuid4(), now=now, **ending)


def test_reasons_are_counted_most_frequent_first_and_from_a_slot_on(
    session: Session, make: Any, now: datetime, key: AccountKey
) -> None:
    run = make.run(session)
    skipped = {"outcome": Outcome.SKIPPED, "reason": Reason.CYCLE_NO_FREE_SLOT}
    decisions.record(session, make.decision(run, symbol="A", slot=now - timedelta(hours=1)))
    decisions.record(session, make.decision(run, symbol="B", **skipped))
    decisions.record(session, make.decision(run, symbol="C", **skipped))
    flat = ReasonCount(Outcome.FLAT, Reason.ANALYST_FLAT, 1)
    full = ReasonCount(Outcome.SKIPPED, Reason.CYCLE_NO_FREE_SLOT, 2)
    assert decisions_by_reason(session, key) == [full, flat]
    assert decisions_by_reason(session, key, since=now) == [full]
    assert decisions_by_reason(session, AccountKey("paper", "second")) == []


@pytest.mark.parametrize("limit", [1, 2])
def test_recent_decisions_come_newest_slot_first(
    limit: int, session: Session, make: Any, now: datetime, key: AccountKey
) -> None:
    run = make.run(session)
    decisions.record(session, make.decision(run, symbol="OLD", slot=now - timedelta(hours=1)))
    decisions.record(session, make.decision(run, symbol="NEW"))
    symbols = [line.symbol for line in recent_decisions(session, key, limit=limit)]
    assert symbols == ["NEW", "OLD"][:limit]


def test_a_picture_is_stored_once_under_its_hash(session: Session) -> None:
    first = charts.save(session, b"picture", width=1536, height=768)
    assert charts.save(session, b"picture", width=1536, height=768) == first
    assert charts.load(session, first) == b"picture"
    assert charts.load(session, "no such hash") is None

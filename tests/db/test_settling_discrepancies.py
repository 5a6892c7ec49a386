"""A difference is settled by a rule or by a human with a name, and stays settled."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from db.keys import AccountKey
from db.queries.discrepancies import Discrepancy, recent_discrepancies
from db.repositories import discrepancies
from db.repositories.discrepancies import Acknowledgement, Known
from db.states import Settlement
from trading.errors import InvariantError
from trading.reconcile import DiscrepancyKind

HOUR = timedelta(hours=1)
KIND, SUBJECT = DiscrepancyKind.UNKNOWN_POSITION, "SOLUSDT/one_way"


def see(session: Session, key: AccountKey, now: datetime, quantity: str = "1") -> Known:
    discrepancies.open_or_update(
        session, key, kind=KIND, subject=SUBJECT, evidence={"quantity": quantity}, now=now
    )
    (known,) = discrepancies.open_ones(session, key)
    return known


def only_row(session: Session, key: AccountKey) -> Discrepancy:
    (row,) = recent_discrepancies(session, key)
    return row


def test_a_rule_settles_by_its_own_name_or_the_one_it_is_given(
    session: Session, key: AccountKey, now: datetime
) -> None:
    for rule, named in (("", "ask unknown_position"), ("special", "special")):
        see(session, key, now)
        discrepancies.resolve(
            session, key, kind=KIND, subject=SUBJECT, resolution="done", now=now, rule=rule
        )
        row = recent_discrepancies(session, key)[0]
        assert (row.rule, row.settled_by, row.acknowledged_by) == (named, Settlement.RULE, "")


def test_a_human_is_asked_once(session: Session, key: AccountKey, now: datetime) -> None:
    known = see(session, key, now)

    assert discrepancies.escalate(session, known, now=now)
    assert not discrepancies.escalate(session, known, now=now + HOUR)

    assert see(session, key, now + HOUR).escalated_at == now
    assert only_row(session, key).rule == "ask unknown_position"


def test_a_human_settles_with_a_name_and_a_note(
    session: Session, key: AccountKey, now: datetime
) -> None:
    known = see(session, key, now)

    settled = discrepancies.acknowledge(
        session, key, known.id, Acknowledgement(" anna ", " my hedge "), now=now + HOUR
    )

    assert settled is not None
    row = only_row(session, key)
    assert (row.settled_by, row.acknowledged_by) == (Settlement.HUMAN, "anna")
    assert (row.resolution, row.resolved_at) == ("my hedge", now + HOUR)
    assert discrepancies.acknowledged(session, key, {SUBJECT}) == [settled]
    assert discrepancies.acknowledged(session, key, {"other"}) == []


def test_what_is_settled_or_of_another_account_cannot_be_acknowledged(
    session: Session, key: AccountKey, now: datetime
) -> None:
    known, said = see(session, key, now), Acknowledgement("anna", "mine")
    other = AccountKey(key.environment, "other")
    assert discrepancies.acknowledge(session, other, known.id, said, now=now) is None
    assert discrepancies.acknowledge(session, key, uuid4(), said, now=now) is None
    assert discrepancies.acknowledge(session, key, known.id, said, now=now) is not None
    assert discrepancies.acknowledge(session, key, known.id, said, now=now) is None


@pytest.mark.parametrize(("by", "note"), [("", "mine"), ("anna", " ")])
def test_nobody_settles_without_a_name_and_a_note(by: str, note: str) -> None:
    with pytest.raises(InvariantError, match="an acknowledgement needs a"):
        Acknowledgement(by, note)


def test_what_was_told_is_known_by_kind_and_subject(
    session: Session, key: AccountKey, now: datetime
) -> None:
    see(session, key, now)
    assert discrepancies.reported(session, key, {SUBJECT, "x"}) == {(KIND, SUBJECT)}
    evidence = discrepancies.newest_evidence(session, key, KIND, SUBJECT, since=now)
    assert evidence == {"quantity": "1"}
    assert not discrepancies.newest_evidence(session, key, KIND, SUBJECT, since=now + HOUR)

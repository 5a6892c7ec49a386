"""Pulled brakes: one of each kind, stricter wins, and a human lets go of all of them."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.orm import Session

from db.keys import AccountKey
from db.repositories import brake_readings, halts, risk_state
from db.repositories.halts import Halt
from trading.account import Wallet
from trading.brakes import BrakeKind, Crossing, TripPolicy
from trading.errors import InvariantError

MINUTE = timedelta(minutes=1)


def pull(
    session: Session,
    key: AccountKey,
    now: datetime,
    kind: BrakeKind = BrakeKind.MANUAL,
    **given: Any,
) -> Halt:
    fields: dict[str, Any] = {"reason": "enough", "by": "Ada", "policy": TripPolicy.KEEP}
    return halts.pull(session, key, kind, now=now, **(fields | given))


def test_a_pulled_brake_stops_entries(session: Session, key: AccountKey, now: datetime) -> None:
    halt = pull(session, key, now, equity=Decimal(9_000))
    assert halts.open_halts(session, key) == [halt]
    assert (halt.equity_usdt, halt.settled_at, halt.resumed_at) == (Decimal(9_000), None, None)
    assert risk_state.get(session, key).halt == "halted by Ada: enough"


def test_a_brake_is_pulled_once_and_tightened_by_a_stricter_policy(
    session: Session, key: AccountKey, now: datetime
) -> None:
    first = pull(session, key, now, policy=TripPolicy.REDUCE)
    assert halts.settle(session, first.id, policy=TripPolicy.REDUCE, now=now)

    milder = pull(session, key, now + MINUTE, policy=TripPolicy.KEEP, reason="other")
    assert (milder.id, milder.policy, milder.reason) == (first.id, TripPolicy.REDUCE, "enough")
    assert milder.settled_at == now

    stricter = pull(session, key, now + MINUTE, policy=TripPolicy.FLATTEN, reason="worse")
    assert (stricter.id, stricter.policy, stricter.reason) == (
        first.id,
        TripPolicy.FLATTEN,
        "worse",
    )
    assert stricter.settled_at is None
    # Whoever carried out the milder policy meanwhile has not settled this one.
    assert not halts.settle(session, first.id, policy=TripPolicy.REDUCE, now=now)


def test_two_kinds_hold_side_by_side_and_are_let_go_together(
    session: Session, key: AccountKey, now: datetime
) -> None:
    pull(session, key, now)
    pull(session, key, now + MINUTE, BrakeKind.DRAWDOWN, reason="too much lost")
    assert risk_state.get(session, key).halt == "halted by Ada: enough"

    released = halts.release(session, key, reason="looked at it", by="Bob", now=now + 2 * MINUTE)

    assert [one.kind for one in released] == [BrakeKind.MANUAL, BrakeKind.DRAWDOWN]
    assert {(one.resumed_by, one.resume_reason) for one in released} == {("Bob", "looked at it")}
    assert halts.open_halts(session, key) == []
    assert not risk_state.get(session, key).is_halted
    assert halts.newest_release(session, key, BrakeKind.DRAWDOWN) == now + 2 * MINUTE
    assert halts.newest_release(session, key, BrakeKind.DAILY_LOSS) is None


def test_a_brake_that_was_let_go_can_be_pulled_again(
    session: Session, key: AccountKey, now: datetime
) -> None:
    first = pull(session, key, now)
    halts.release(session, key, reason="fine", by="Bob", now=now)
    assert pull(session, key, now).id != first.id


@pytest.mark.parametrize("given", [{"reason": " "}, {"by": ""}])
def test_a_brake_needs_a_reason_and_a_name(
    session: Session, key: AccountKey, now: datetime, given: dict[str, str]
) -> None:
    with pytest.raises(InvariantError, match="is empty"):
        pull(session, key, now, **given)
    with pytest.raises(InvariantError, match="is empty"):
        halts.release(session, key, now=now, **({"reason": "fine", "by": "Ada"} | given))


def crossing(kind: BrakeKind, wallet: Wallet) -> Crossing:
    return Crossing(kind, wallet, Decimal(1))


def test_the_first_reading_beyond_a_limit_is_kept_until_one_disagrees(
    session: Session, key: AccountKey, make: Any, now: datetime
) -> None:
    early, late = make.wallet(), make.wallet(taken_at=now + MINUTE)
    drawdown, day = BrakeKind.DRAWDOWN, BrakeKind.DAILY_LOSS
    assert brake_readings.note(session, key, [crossing(drawdown, early)]) == {drawdown: now}

    both = [crossing(drawdown, late), crossing(day, late)]
    assert brake_readings.note(session, key, both) == {drawdown: now, day: now + MINUTE}

    assert brake_readings.note(session, key, [crossing(day, late)]) == {day: now + MINUTE}
    assert brake_readings.note(session, key, []) == {}

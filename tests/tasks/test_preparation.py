"""What a cycle settles before it looks at any symbol."""

from dataclasses import replace
from datetime import timedelta

from db.repositories import halts
from db.unit_of_work import unit_of_work
from tasks.preparation import prepare_cycle
from tasks.resources import Resources
from tests.fixtures.desk_fixtures import OpenDesk
from tests.fixtures.desks import claimed, with_limits
from trading.brakes import BrakeKind, TripPolicy
from trading.reasons import Reason


def reasons(resources: Resources) -> set[Reason | None]:
    agenda = prepare_cycle.fn(resources, claimed(resources, resources.now()))
    assert agenda.due == ()
    return {
        study.judgement.refused.reason if study.judgement.refused else None
        for study in agenda.settled
    }


def test_a_balance_of_long_ago_settles_every_symbol(open_desk: OpenDesk) -> None:
    resources = open_desk()
    # The exchange's answers come from a moment that lies behind ours.
    ahead = resources.now() + timedelta(minutes=10)
    behind = with_limits(resources, maximum_balance_age=timedelta(minutes=5))
    assert prepare_cycle.fn(behind, claimed(behind, behind.now())).settled == ()

    assert reasons(replace(behind, now=lambda: ahead)) == {Reason.DATA_BALANCE_OLD}


def test_a_pulled_brake_settles_every_symbol(open_desk: OpenDesk) -> None:
    resources = open_desk()
    with unit_of_work(resources.sessions) as session:
        halts.pull(
            session,
            resources.desk.account,
            BrakeKind.EXCHANGE,
            reason="the key expired",
            by="autotrader",
            policy=TripPolicy.KEEP,
            now=resources.now(),
        )
    assert reasons(resources) == {Reason.CYCLE_HALTED}

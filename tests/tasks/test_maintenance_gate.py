"""Before a maintenance of the exchange nothing is entered, by the desk or by its owner."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tasks.approvals import answer
from tasks.maintenance import refused_by_maintenance
from tasks.manual import Wish, quote
from tasks.preparation import prepare_cycle
from tasks.resources import Resources
from tasks.sync_reading import read_account
from tasks.sync_recording import record_account
from tests.fixtures.desks import claimed
from tests.fixtures.plotted_market import CALM
from tests.fixtures.scripted_proxy import Fault, ScriptedProxy, refused_with, rewritten
from tests.tasks.approving import asking, given, proposed
from trading.errors import ExchangeHaltedError
from trading.positions import Direction
from trading.proposal_answers import Ruling
from trading.reasons import Reason, Refused

STATUS = "/v5/system/status"


def announced(begins: datetime, **changes: Any) -> Fault:
    """An answer that tells of one maintenance of an hour."""
    ms = round(begins.timestamp() * 1000)
    row = {"title": "works", "state": "scheduled", "begin": str(ms), "end": str(ms + 3_600_000)}
    return rewritten(lambda _rows: [row | changes])


def soon(resources: Resources) -> datetime:
    return resources.now() + timedelta(minutes=10)


@pytest.fixture
def desk(quiet_desk: Resources) -> Resources:
    """A desk whose account was synchronised, on a venue that is reached through a proxy."""
    record_account.fn(quiet_desk, read_account.fn(quiet_desk))
    return quiet_desk


def test_every_symbol_is_settled_and_nobody_is_asked(
    desk: Resources, quiet_proxy: ScriptedProxy
) -> None:
    slot = desk.now()
    assert refused_by_maintenance(desk) is None
    quiet_proxy.always(STATUS, announced(soon(desk)))

    agenda = prepare_cycle.fn(desk, claimed(desk, slot))

    assert agenda.due == ()
    refusals = [study.judgement.refused for study in agenda.settled]
    assert {one.reason for one in refusals if one} == {Reason.DATA_EXCHANGE}
    assert len(refusals) == len(desk.desk.symbols)


def test_a_trade_by_hand_and_a_yes_wait_for_its_end(
    desk: Resources, quiet_proxy: ScriptedProxy
) -> None:
    proposal, asked = proposed(desk), asking(desk)
    quiet_proxy.always(STATUS, announced(soon(desk), state="ongoing"))

    wish = Wish(CALM, Direction.LONG, Decimal(147), Decimal(156))
    refused = quote(desk, wish)
    answered = answer(desk, asked, proposal.id, given(proposal))

    assert isinstance(refused, Refused)
    assert "under maintenance" in refused.detail
    assert answered is not None
    assert answered.judged.ruling is Ruling.REJECTED
    assert "under maintenance" in answered.judged.detail


@pytest.mark.parametrize("fault", [refused_with(10016), refused_with(10001)])
def test_an_exchange_that_does_not_tell_is_no_reason(
    desk: Resources, quiet_proxy: ScriptedProxy, fault: Fault
) -> None:
    quiet_proxy.always(STATUS, fault)
    assert refused_by_maintenance(desk) is None


def test_an_exchange_that_shuts_us_out_is(desk: Resources, quiet_proxy: ScriptedProxy) -> None:
    quiet_proxy.always(STATUS, refused_with(10009))
    with pytest.raises(ExchangeHaltedError):
        refused_by_maintenance(desk)


def test_one_of_the_demo_service_stops_a_demo_account(
    desk: Resources, quiet_proxy: ScriptedProxy
) -> None:
    quiet_proxy.always(STATUS, announced(soon(desk), env=2))
    key = replace(desk.desk.account, environment="demo")
    demo = replace(desk, desk=replace(desk.desk, account=key))
    assert refused_by_maintenance(desk) is None
    assert refused_by_maintenance(demo) is not None

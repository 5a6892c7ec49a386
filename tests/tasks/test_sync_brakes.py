"""A drawdown stops the account within one synchronisation, for good, until a human resumes."""

import time
from datetime import timedelta
from decimal import Decimal

import pytest

from db.queries.trades import recent_trades
from db.states import ExitReason
from db.unit_of_work import read_session
from tasks.halting import Resumed, resume, standing
from tasks.preparation import prepare_cycle
from tasks.sync import synchronise
from tests.fixtures.desk_fixtures import OpenDesk
from tests.fixtures.desks import claimed
from tests.fixtures.entering import enter
from tests.fixtures.owner import Owner
from tests.fixtures.plotted_market import CALM, FALLING
from tests.fixtures.prefect_server import ONE_WORKER
from tests.fixtures.simulator import Venue
from trading.brakes import BrakeKind

pytestmark = [ONE_WORKER, pytest.mark.usefixtures("prefect_server")]

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
SECONDS_TO_FLAT = 10


def test_a_sync_flattens_the_account_in_seconds_and_the_next_process_stays_halted(
    open_desk: OpenDesk, venue: Venue, owner: Owner
) -> None:
    desk = open_desk()
    synchronise(desk)
    enter(desk, CALM)
    owner.buy(FALLING, "0.8")
    venue.advance(MINUTE)
    synchronise(desk)
    venue.advance(HOUR * 2)
    began = time.monotonic()

    synchronise(desk)

    assert time.monotonic() - began < SECONDS_TO_FLAT
    assert desk.gateway.positions() == []
    assert {halt.kind for halt in standing(desk)} == {BrakeKind.DRAWDOWN, BrakeKind.DAILY_LOSS}
    assert all(halt.settled_at for halt in standing(desk))

    venue.advance(MINUTE)
    restarted = open_desk()
    report = synchronise(restarted)
    assert (report.positions, report.discrepancies_open) == (0, 0)
    assert prepare_cycle.fn(restarted, claimed(restarted, restarted.now(), flow="one")).due == ()
    with read_session(restarted.sessions) as session:
        ended = {trade.symbol: trade for trade in recent_trades(session, desk.desk.account)}
    assert ended[CALM].exit_reason is ExitReason.CLOSED_BY_DESK
    assert ended[FALLING].exit_reason is ExitReason.CLOSED_BY_HAND

    assert isinstance(resume(restarted, reason="the owner's own trade", by="Ada"), Resumed)
    venue.advance(MINUTE)
    synchronise(restarted)
    assert standing(restarted) == []
    assert (
        len(prepare_cycle.fn(restarted, claimed(restarted, restarted.now(), flow="two")).due) == 3
    )
    assert Decimal(7_000) < restarted.gateway.wallet_balance().equity_usdt < Decimal(8_000)

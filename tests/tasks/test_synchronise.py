"""Synchronising: the database ends equal to the exchange, and every trade adds up."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal

import pytest

from db.queries.account import ledger_error, ledger_totals
from db.queries.discrepancies import open_discrepancies, recent_discrepancies
from db.queries.exchange_records import all_executions, all_orders
from db.queries.summary import Summary, summary
from db.queries.trades import recent_trades
from db.repositories.trades import Trade
from db.states import ExitReason, TradeStatus
from db.unit_of_work import read_session
from tasks.closing import close_position
from tasks.reports import SyncReport
from tasks.resources import Resources
from tasks.sync import synchronise
from tests.fixtures.desk_fixtures import OpenDesk
from tests.fixtures.entering import enter
from tests.fixtures.owner import Owner
from tests.fixtures.plotted_market import CALM, FALLING, RISING
from tests.fixtures.prefect_server import ONE_WORKER
from tests.fixtures.scripted_proxy import ScriptedProxy, rewritten
from tests.fixtures.simulator import Venue
from trading.account import TransactionKind
from trading.intent_states import IntentState
from trading.reconcile import DiscrepancyKind

pytestmark = [ONE_WORKER, pytest.mark.usefixtures("prefect_server")]

POSITIONS = "/v5/position/list"
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def desk(open_desk: OpenDesk) -> Resources:
    """A desk that has seen its account once."""
    opened = open_desk()
    synchronise(opened)
    return opened


def trades_of(resources: Resources) -> list[Trade]:
    with read_session(resources.sessions) as session:
        return recent_trades(session, resources.desk.account)


def only_trade(resources: Resources) -> Trade:
    (trade,) = trades_of(resources)
    return trade


def unexplained(resources: Resources) -> Decimal | None:
    with read_session(resources.sessions) as session:
        return ledger_error(session, resources.desk.account)


def totals(resources: Resources) -> Summary:
    with read_session(resources.sessions) as session:
        return summary(session, resources.desk.account, flow="trading-cycle")


def differences(resources: Resources) -> dict[DiscrepancyKind, str]:
    """Every difference ever found, with what was done about it."""
    with read_session(resources.sessions) as session:
        found = recent_discrepancies(session, resources.desk.account)
    return {one.kind: one.resolution for one in found}


def test_the_first_sync_is_the_baseline(open_desk: OpenDesk) -> None:
    desk = open_desk()

    report = synchronise(desk)

    assert report == SyncReport(desk.now(), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
    assert totals(desk).equity_start_usdt == totals(desk).equity_end_usdt == 10_000
    assert unexplained(desk) == 0


def test_a_position_from_before_the_desk_is_reported_and_left_alone(
    open_desk: OpenDesk, venue: Venue, owner: Owner
) -> None:
    owner.buy(CALM, "1")
    venue.advance(MINUTE * 5)
    desk = open_desk()

    report = synchronise(desk)

    assert (report.positions, report.discrepancies_open, report.positions_protected) == (1, 1, 0)
    assert trades_of(desk) == []
    with read_session(desk.sessions) as session:
        (found,) = open_discrepancies(session, desk.desk.account)
    assert (found.kind, found.subject) == (DiscrepancyKind.UNKNOWN_POSITION, "SOLUSDT/one_way")


def test_a_stop_that_filled_between_syncs_is_a_closed_trade(desk: Resources, venue: Venue) -> None:
    intent = enter(desk, FALLING)
    venue.advance(MINUTE)
    opened = synchronise(desk)
    venue.advance(HOUR * 2)

    closed = synchronise(desk)

    assert (opened.trades_opened, opened.trades_closed, opened.positions) == (1, 0, 1)
    assert (closed.trades_opened, closed.trades_closed, closed.positions) == (0, 1, 0)
    trade = only_trade(desk)
    assert (trade.status, trade.exit_reason) == (TradeStatus.CLOSED, ExitReason.STOP_LOSS)
    assert (trade.decision_id, trade.entry_intent_id) == (intent.decision_id, intent.id)
    (theirs,) = desk.gateway.closed_pnl(trade.opened_at)
    assert trade.pnl_usdt == theirs.pnl_usdt
    assert trade.naked_seconds == 0
    assert trade.risk_usdt == intent.risk_usdt
    assert trade.r_multiple is not None
    assert Decimal("-1.01") < trade.r_multiple < Decimal("-0.8")
    assert unexplained(desk) == 0
    assert differences(desk) == {}


def test_a_target_that_filled_earned_what_the_exchange_says(desk: Resources, venue: Venue) -> None:
    enter(desk, RISING)
    venue.advance(HOUR * 2)

    synchronise(desk)

    trade = only_trade(desk)
    (theirs,) = desk.gateway.closed_pnl(trade.opened_at)
    assert trade.exit_reason is ExitReason.TAKE_PROFIT
    assert trade.pnl_usdt == theirs.pnl_usdt > 0
    assert trade.naked_seconds == 0
    assert unexplained(desk) == 0


def test_funding_is_booked_to_the_trade_and_the_ledger(desk: Resources, venue: Venue) -> None:
    enter(desk, CALM)
    venue.advance(HOUR * 5)  # over the settlement of midnight

    synchronise(desk)

    trade = only_trade(desk)
    assert trade.status is TradeStatus.OPEN
    assert trade.funding_usdt < 0
    with read_session(desk.sessions) as session:
        funding = ledger_totals(session, desk.desk.account, kind=TransactionKind.FUNDING)
    assert funding.change_usdt == trade.funding_usdt
    assert unexplained(desk) == 0


def test_a_deposit_is_money_the_ledger_knows(desk: Resources, venue: Venue) -> None:
    venue.advance(MINUTE)
    venue.deposit("250")
    venue.advance(MINUTE)

    report = synchronise(desk)

    assert report.new_ledger_rows == 1
    assert totals(desk).equity_end_usdt == 10_250
    assert unexplained(desk) == 0


def test_a_trade_the_desk_closes_says_so(desk: Resources, venue: Venue) -> None:
    intent = enter(desk, CALM)
    venue.advance(MINUTE)
    synchronise(desk)
    (position,) = desk.gateway.positions()

    closed = close_position(desk, position, why="the test", decision_id=intent.decision_id)
    again = close_position(desk, position, why="the test", decision_id=intent.decision_id)

    assert closed.state is IntentState.FILLED
    assert again == closed
    venue.advance(MINUTE)
    synchronise(desk)
    assert only_trade(desk).exit_reason is ExitReason.CLOSED_BY_DESK
    assert desk.gateway.positions() == []
    assert unexplained(desk) == 0


def test_a_liquidated_position_is_a_trade_that_says_so(
    desk: Resources, venue: Venue, owner: Owner
) -> None:
    desk.gateway.set_leverage(FALLING, Decimal(50))
    owner.buy(FALLING, "8")
    venue.advance(HOUR * 2)

    synchronise(desk)

    trade = only_trade(desk)
    assert trade.exit_reason is ExitReason.LIQUIDATION
    assert trade.naked_seconds > 0
    assert (trade.decision_id, trade.r_multiple) == (None, None)
    assert unexplained(desk) == 0


def test_two_syncs_at_once_end_in_the_same_rows(desk: Resources, venue: Venue) -> None:
    enter(desk, FALLING)
    enter(desk, CALM)
    venue.advance(HOUR * 2)

    with ThreadPoolExecutor(2) as threads:
        reports = list(threads.map(synchronise, [desk, desk]))

    assert sum(report.new_executions for report in reports) == 3
    with read_session(desk.sessions) as session:
        ours = {row.execution_id for row in all_executions(session, desk.desk.account)}
        orders = {row.order_id for row in all_orders(session, desk.desk.account)}
    records = venue.records()
    assert ours == {row["execId"] for row in records["executions"]}
    assert orders == {row["orderId"] for row in records["orders"]}
    assert sorted(trade.status for trade in trades_of(desk)) == ["closed", "open"]
    assert unexplained(desk) == 0
    assert totals(desk).discrepancies_open == 0


def test_a_difference_counts_only_when_a_second_reading_confirms_it(
    open_desk: OpenDesk, proxy: ScriptedProxy, venue: Venue
) -> None:
    desk = open_desk(exchange_base_url=proxy.url)
    synchronise(desk)
    enter(desk, CALM)
    venue.advance(MINUTE)
    synchronise(desk)
    proxy.script(POSITIONS, rewritten(lambda _rows: []))

    report = synchronise(desk)

    assert (report.discrepancies_found, report.discrepancies_open, report.positions) == (0, 0, 1)
    assert differences(desk) == {}


def test_a_difference_that_is_gone_is_closed(
    open_desk: OpenDesk, proxy: ScriptedProxy, venue: Venue
) -> None:
    desk = open_desk(exchange_base_url=proxy.url)
    synchronise(desk)
    enter(desk, CALM)
    venue.advance(MINUTE)
    synchronise(desk)
    proxy.always(POSITIONS, rewritten(lambda _rows: []))
    blind = synchronise(desk)
    proxy.always(POSITIONS, lambda seen, forward: forward(seen))
    seeing = synchronise(desk)

    # The position, and its stop and target that now protect nothing.
    assert (blind.discrepancies_found, blind.discrepancies_open) == (3, 3)
    assert (seeing.discrepancies_found, seeing.discrepancies_open) == (0, 0)
    assert differences(desk) == dict.fromkeys(
        (DiscrepancyKind.MISSING_POSITION, DiscrepancyKind.ORPHAN_ORDER),
        "gone: both sides agree again",
    )

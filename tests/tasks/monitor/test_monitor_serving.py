"""The monitor as a whole: fills become rows by themselves, once, whatever breaks in between."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import text

from db.queries.exchange_records import all_executions, all_orders
from db.queries.trades import recent_trades
from db.repositories import capacity
from db.unit_of_work import read_session, unit_of_work
from tasks.execution import place_order
from tasks.monitor.serving import Phase
from tasks.monitor.sockets import Sockets
from tasks.monitor.tally import Seen
from tasks.resources import Resources
from tasks.sync import synchronise
from tests.fixtures.entering import reserve_entry
from tests.fixtures.eventually import eventually
from tests.fixtures.owner import Owner
from tests.fixtures.plotted_market import CALM
from tests.fixtures.simulator import Venue
from tests.tasks.monitor.conftest import News, Running, StartMonitor
from trading.positions import Position


def buy(desk: Resources, symbol: str = CALM) -> None:
    """Send an entry of the desk and look at nothing afterwards: the rest is the monitor's."""
    entry = reserve_entry(desk, symbol)
    place_order.fn(desk, entry.intent, entry.approved)


def mirror(desk: Resources) -> tuple[Position, ...]:
    with read_session(desk.sessions) as session:
        return capacity.mirrored_positions(session, desk.desk.account)


def execution_ids(desk: Resources) -> list[str]:
    with read_session(desk.sessions) as session:
        return sorted(row.execution_id for row in all_executions(session, desk.desk.account))


def ids_of(venue: Venue) -> list[str]:
    return sorted(row["execId"] for row in venue.records()["executions"])


@pytest.fixture
def active(desk: Resources, start_monitor: StartMonitor) -> Running:
    synchronise(desk)
    running = start_monitor(desk)
    running.wait_for(Phase.ACTIVE)
    return running


def test_a_fill_of_the_desk_becomes_rows_without_a_single_question(
    desk: Resources, active: Running, news: News, venue: Venue
) -> None:
    buy(desk)

    told = news.wait_for("trades")
    news.wait_for("wallet")

    assert told["symbols"] == [CALM]
    assert told["account"] == desk.desk.account.account
    assert execution_ids(desk) == ids_of(venue)
    (position,) = mirror(desk)
    with read_session(desk.sessions) as session:
        (trade,) = recent_trades(session, desk.desk.account)
        stops = [order for order in all_orders(session, desk.desk.account) if order.stop_kind]
    assert (trade.symbol, trade.quantity) == (CALM, position.quantity)
    assert len(stops) == 2
    assert Seen.FOREIGN not in active.tally.counts()


def test_a_sync_after_the_stream_finds_nothing_to_say(
    desk: Resources, active: Running, news: News
) -> None:
    buy(desk)
    news.wait_for("trades")
    news.wait_for("wallet")

    report = synchronise(desk)

    assert (report.discrepancies_found, report.trades_opened) == (0, 0)
    assert report.new_executions == 0


def test_what_another_hand_did_is_left_to_a_sync_that_comes_at_once(
    desk: Resources, active: Running, news: News, owner: Owner, venue: Venue
) -> None:
    owner.buy(CALM, "1")

    news.wait_for("positions")
    eventually(lambda: execution_ids(desk) == ids_of(venue) != [])

    assert active.tally.counts()[Seen.FOREIGN] >= 1
    (position,) = mirror(desk)
    assert position.quantity == Decimal(1)


def test_a_closed_position_leaves_the_mirror_at_once(
    desk: Resources, active: Running, news: News, owner: Owner
) -> None:
    owner.buy(CALM, "1")
    news.wait_for("positions")
    assert len(mirror(desk)) == 1

    owner.sell(CALM, "1", reduceOnly=True)
    news.wait_for("positions")

    assert mirror(desk) == ()


def test_two_monitors_of_one_account_write_once(
    desk: Resources,
    active: Running,
    start_monitor: StartMonitor,
    news: News,
    venue: Venue,
) -> None:
    standby = start_monitor(desk)
    standby.wait_for(Phase.STANDBY)

    buy(desk)
    news.wait_for("trades")
    active.end()
    standby.wait_for(Phase.ACTIVE)

    assert execution_ids(desk) == ids_of(venue)
    assert not standby.tally.counts().get(Seen.EXECUTIONS)


def test_a_monitor_whose_seat_is_taken_away_stops_writing_and_stands_by_again(
    desk: Resources, active: Running, start_monitor: StartMonitor
) -> None:
    standby = start_monitor(desk)
    standby.wait_for(Phase.STANDBY)

    with unit_of_work(desk.sessions) as session:
        session.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_locks "
                "WHERE locktype = 'advisory' AND granted AND database = "
                "(SELECT oid FROM pg_database WHERE datname = current_database())"
            )
        )

    standby.wait_for(Phase.ACTIVE)
    active.wait_for(Phase.INTERRUPTED)
    active.wait_for(Phase.STANDBY)
    assert active.failure is None


def test_an_account_that_was_never_seen_is_synchronised_before_anything_is_written(
    desk: Resources, start_monitor: StartMonitor, venue: Venue, owner: Owner
) -> None:
    owner.buy(CALM, "1")
    venue.advance(timedelta(minutes=5))

    start_monitor(desk).wait_for(Phase.ACTIVE)
    eventually(lambda: len(mirror(desk)) == 1)

    assert execution_ids(desk) == []


def test_a_bug_in_a_thread_ends_the_monitor_with_its_error(
    desk: Resources, start_monitor: StartMonitor
) -> None:
    def broken(_deliver: object) -> object:
        raise ZeroDivisionError

    running = start_monitor(desk, sockets=Sockets(broken, broken))  # type: ignore[arg-type]
    running.join()

    assert isinstance(running.failure, ZeroDivisionError)

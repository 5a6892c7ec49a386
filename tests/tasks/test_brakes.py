"""The brakes of the account on the real exchange and database: trip, wind down, hold, resume."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from db.repositories import halts, risk_state
from db.unit_of_work import read_session, unit_of_work
from tasks.brakes import Braked, check_brakes
from tasks.halting import Resumed, StillWindingDown, halt, resume, standing
from tasks.resources import Resources
from tasks.sync_reading import read_account
from tasks.sync_recording import record_account
from tests.fixtures.desk_fixtures import OpenDesk
from tests.fixtures.desks import with_limits
from tests.fixtures.entering import enter
from tests.fixtures.owner import Owner
from tests.fixtures.plotted_market import CALM, FALLING
from tests.fixtures.scripted_proxy import CREATE, ScriptedProxy, lost_before, rewritten
from tests.fixtures.simulator import Venue
from trading.brakes import BrakeKind, TripPolicy

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
WALLET = "/v5/account/wallet-balance"


def synced(resources: Resources) -> Braked:
    """What a sync does up to its brakes."""
    reading = read_account.fn(resources)
    record_account.fn(resources, reading)
    return check_brakes.fn(resources, reading)


def with_policy(resources: Resources, policy: TripPolicy) -> Resources:
    risk = resources.desk.risk
    changed = replace(risk, brakes=replace(risk.brakes, policy=policy))
    return replace(resources, desk=replace(resources.desk, risk=changed))


def state_of(resources: Resources) -> risk_state.RiskState:
    with read_session(resources.sessions) as session:
        return risk_state.get(session, resources.desk.account)


def kinds(braked: Braked) -> list[BrakeKind]:
    return [one.kind for one in braked.tripped]


@pytest.fixture
def desk(open_desk: OpenDesk) -> Resources:
    """A synchronised desk whose day may lose much, so that the drawdown is what trips."""
    opened = with_limits(open_desk(), max_daily_loss_fraction=Decimal(1))
    synced(opened)
    return opened


@pytest.fixture
def crash(venue: Venue, owner: Owner) -> Callable[[], None]:
    """The owner buys far too much of what falls by 6 %: a fifth and more of the equity is gone."""

    def happen() -> None:
        owner.buy(FALLING, "0.8")
        owner.buy(CALM, "2.1")
        venue.advance(HOUR * 2)

    return happen


def test_a_drawdown_flattens_the_account_and_holds_until_a_human_resumes(
    desk: Resources, crash: Callable[[], None], open_desk: OpenDesk, venue: Venue
) -> None:
    enter(desk, "ETHUSDT")
    crash()
    began = time.monotonic()

    braked = synced(desk)

    assert time.monotonic() - began < 10
    assert (kinds(braked), braked.unsettled) == ([BrakeKind.DRAWDOWN], ())
    assert desk.gateway.positions() == []
    (found,) = standing(desk)
    assert (found.policy, found.pulled_by) == (TripPolicy.FLATTEN, "autotrader")
    assert found.settled_at is not None
    assert found.equity_usdt is not None
    assert found.equity_usdt < 8_000

    restarted = with_limits(open_desk(), max_daily_loss_fraction=Decimal(1))
    venue.advance(MINUTE)
    assert synced(restarted).tripped == ()
    assert state_of(restarted).is_halted

    resumed = resume(restarted, reason="position was the owner's", by="Ada")
    assert isinstance(resumed, Resumed)
    assert [one.resumed_by for one in resumed.released] == ["Ada"]
    venue.advance(MINUTE)
    assert synced(restarted) == Braked()
    assert not state_of(restarted).is_halted


def test_the_loss_of_one_day_trips_a_brake_of_its_own(
    open_desk: OpenDesk, crash: Callable[[], None], venue: Venue
) -> None:
    desk = with_limits(open_desk(), max_drawdown_fraction=Decimal(1))
    synced(desk)
    crash()

    assert kinds(synced(desk)) == [BrakeKind.DAILY_LOSS]

    assert isinstance(resume(desk, reason="seen", by="Ada"), Resumed)
    venue.advance(MINUTE)
    # The loss was accepted: it is counted from the equity of the resuming on.
    assert synced(desk) == Braked()


@pytest.mark.parametrize(
    ("policy", "left"), [(TripPolicy.KEEP, ["0.8", "2.1"]), (TripPolicy.REDUCE, ["0.4", "1.1"])]
)
def test_a_milder_policy_leaves_positions(
    desk: Resources, crash: Callable[[], None], venue: Venue, policy: TripPolicy, left: list[str]
) -> None:
    crash()
    milder = with_policy(desk, policy)

    first = synced(milder)
    venue.advance(MINUTE)
    second = synced(milder)

    assert (kinds(first), second.tripped) == ([BrakeKind.DRAWDOWN], ())
    assert [str(one.quantity) for one in milder.gateway.positions()] == left


def test_half_of_what_can_be_traded_is_closed_and_the_rest_when_its_market_opens(
    desk: Resources, owner: Owner, venue: Venue
) -> None:
    owner.buy(FALLING, "0.8")
    owner.buy(CALM, "2.1")
    venue.fault("mkt.halt", match={"symbol": FALLING}, status="Closed")

    pulled = halt(desk, reason="holiday", by="Ada", policy=TripPolicy.REDUCE)

    assert pulled.settled_at is None
    assert _held(desk) == {FALLING: "0.8", CALM: "1.1"}
    venue.faults_off()
    assert synced(desk).unsettled == ()
    assert _held(desk) == {FALLING: "0.4", CALM: "1.1"}


def _held(desk: Resources) -> dict[str, str]:
    return {one.symbol: str(one.quantity) for one in desk.gateway.positions()}


def test_entry_orders_are_cancelled_and_stops_stay(
    desk: Resources, owner: Owner, venue: Venue
) -> None:
    enter(desk, CALM)
    owner.buy(CALM, "1", price="100")

    halt(desk, reason="holiday", by="Ada", policy=TripPolicy.KEEP)

    orders = desk.gateway.open_orders()
    assert {order.reduce_only for order in orders} == {True}
    assert len(desk.gateway.positions()) == 1


def _panic(rows: list[Any]) -> list[Any]:
    coin = rows[0]["coin"][0] | {"equity": "1000"}
    return [rows[0] | {"coin": [coin]}]


def test_one_false_reading_trips_nothing(
    open_desk: OpenDesk, proxy: ScriptedProxy, venue: Venue
) -> None:
    desk = open_desk(exchange_base_url=proxy.url)
    synced(desk)
    venue.advance(MINUTE)
    proxy.script(WALLET, rewritten(_panic))

    panicked, calm = synced(desk), synced(desk)

    assert set(panicked.crossed) == {BrakeKind.DAILY_LOSS, BrakeKind.DRAWDOWN}
    assert panicked.tripped == ()
    assert calm == Braked()
    assert not state_of(desk).is_halted


def test_a_second_reading_that_never_comes_trips_nothing_until_the_next_sync(
    open_desk: OpenDesk, proxy: ScriptedProxy, crash: Callable[[], None], venue: Venue
) -> None:
    desk = open_desk(exchange_base_url=proxy.url)
    synced(desk)
    crash()
    reading = read_account.fn(desk)
    record_account.fn(desk, reading)
    proxy.script(WALLET, *[lost_before] * 3)

    blind = check_brakes.fn(desk, reading)
    venue.advance(MINUTE)
    seeing = synced(desk)

    assert (blind.tripped, len(blind.crossed)) == ((), 2)
    assert len(seeing.tripped) == 2
    assert desk.gateway.positions() == []


def test_what_a_dead_process_left_open_the_next_sync_closes(
    open_desk: OpenDesk, proxy: ScriptedProxy, crash: Callable[[], None], venue: Venue
) -> None:
    desk = open_desk(exchange_base_url=proxy.url)
    synced(desk)
    crash()
    proxy.script(CREATE, *[lost_before] * 40)

    stopped = synced(desk)
    proxy.script(CREATE)
    venue.advance(MINUTE)
    restarted = synced(open_desk())

    assert set(stopped.unsettled) == {BrakeKind.DAILY_LOSS, BrakeKind.DRAWDOWN}
    assert (restarted.tripped, restarted.unsettled) == ((), ())
    assert open_desk().gateway.positions() == []


def test_resuming_waits_until_the_positions_are_closed(
    open_desk: OpenDesk, proxy: ScriptedProxy, owner: Owner
) -> None:
    desk = open_desk(exchange_base_url=proxy.url)
    synced(desk)
    owner.buy(CALM, "1")
    with unit_of_work(desk.sessions) as session:
        halts.pull(
            session,
            desk.desk.account,
            BrakeKind.MANUAL,
            reason="enough",
            by="Ada",
            policy=TripPolicy.FLATTEN,
            now=desk.now(),
        )
    proxy.script("/v5/order/cancel-all", *[lost_before] * 6)

    refused = resume(desk, reason="go on", by="Ada")
    forced = resume(desk, reason="go on", by="Ada", is_forced=True)

    assert isinstance(refused, StillWindingDown)
    assert isinstance(forced, Resumed)
    assert not state_of(desk).is_halted


def test_a_deposit_is_no_profit_and_a_withdrawal_no_loss(desk: Resources, venue: Venue) -> None:
    for move, amount in ((venue.deposit, "9000"), (venue.withdraw, "15000")):
        venue.advance(MINUTE)
        move(amount)
        venue.advance(MINUTE)
        assert synced(desk) == Braked(), amount
    assert state_of(desk).high_water_mark_usdt == 10_000


def test_money_that_no_booking_explains_waits_before_it_counts_as_lost(
    open_desk: OpenDesk, proxy: ScriptedProxy, venue: Venue
) -> None:
    desk = open_desk(exchange_base_url=proxy.url)
    synced(desk)
    venue.advance(MINUTE)
    venue.withdraw("6000")
    venue.advance(MINUTE)
    proxy.script("/v5/account/transaction-log", *[rewritten(lambda _rows: [])] * 2)

    early = synced(desk)
    venue.advance(MINUTE)
    late = synced(desk)

    assert (len(early.crossed), early.tripped) == (2, ())
    assert late == Braked()


def test_money_that_nothing_explains_for_long_is_lost(
    open_desk: OpenDesk, proxy: ScriptedProxy, venue: Venue
) -> None:
    desk = open_desk(exchange_base_url=proxy.url)
    synced(desk)
    venue.advance(MINUTE)
    venue.withdraw("6000")
    proxy.script("/v5/account/transaction-log", *[rewritten(lambda _rows: [])] * 4)

    early = synced(desk)
    venue.advance(MINUTE * 2)
    late = synced(desk)

    assert (early.tripped, len(late.tripped)) == ((), 2)


def test_the_highest_equity_is_remembered_and_never_lowered(
    desk: Resources, crash: Callable[[], None]
) -> None:
    assert state_of(desk).high_water_mark_usdt == 10_000
    crash()
    synced(desk)
    assert state_of(desk).high_water_mark_usdt == 10_000

"""Every kind of difference, made on the real exchange, is settled or with a human in two syncs."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

import pytest

from db.queries.discrepancies import Discrepancy, recent_discrepancies
from db.queries.trades import recent_trades
from db.repositories import executions, halts
from db.states import Settlement
from db.unit_of_work import read_session, unit_of_work
from tasks.resources import Resources
from tasks.sync import synchronise
from tests.fixtures.desk_fixtures import OpenDesk
from tests.fixtures.entering import enter
from tests.fixtures.owner import Owner
from tests.fixtures.plotted_market import CALM, FALLING
from tests.fixtures.scripted_proxy import ScriptedProxy, rewritten
from tests.fixtures.simulator import Venue
from trading.brakes import BrakeKind
from trading.executions import Execution, ExecutionKind
from trading.orders import Side
from trading.reconcile import DiscrepancyKind as Kind
from trading.settlement import RULES, Response

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
POSITIONS, OPEN_ORDERS = "/v5/position/list", "/v5/order/realtime"
EXECUTIONS, CANCEL = "/v5/execution/list", "/v5/order/cancel"


@dataclass(frozen=True)
class Scene:
    """A desk with an open trade in one symbol, and everybody who can disturb it."""

    desk: Resources
    venue: Venue
    owner: Owner
    proxy: ScriptedProxy

    def rewrite(self, path: str, **fields: str) -> None:
        """Every row of a list says something else from now on."""
        self.proxy.always(path, rewritten(lambda rows: [row | fields for row in rows]))

    def found(self) -> list[Discrepancy]:
        """All differences ever told."""
        with read_session(self.desk.sessions) as session:
            return recent_discrepancies(session, self.desk.desk.account)

    def sync(self) -> None:
        self.venue.advance(MINUTE)
        synchronise(self.desk)


@pytest.fixture
def scene(open_desk: OpenDesk, venue: Venue, owner: Owner, proxy: ScriptedProxy) -> Scene:
    desk = open_desk(exchange_base_url=proxy.url)
    synchronise(desk)
    enter(desk, CALM)
    made = Scene(desk, venue, owner, proxy)
    made.sync()
    assert made.found() == []
    return made


def _close_by_hand(scene: Scene) -> None:
    (position,) = scene.desk.gateway.positions()
    scene.owner.sell(CALM, str(position.quantity), reduceOnly=True)


def _phantom(scene: Scene, **changes: object) -> None:
    """An execution in our books that the exchange does not have."""
    key = scene.desk.desk.account
    row = Execution(
        execution_id="phantom",
        order_id="nowhere",
        link_id="",
        symbol=FALLING,
        side=Side.BUY,
        kind=ExecutionKind.FUNDING,
        price=Decimal(50_000),
        quantity=Decimal(1),
        value_usdt=Decimal(50_000),
        fee_usdt=Decimal(5),
        fee_rate=Decimal("0.0001"),
        is_maker=False,
        closed_quantity=Decimal(0),
        executed_at=scene.desk.now() - timedelta(seconds=30),
        sequence=1,
    )
    with unit_of_work(scene.desk.sessions) as session:
        executions.insert_new(session, key, [replace(row, **changes)])


def _other_side(scene: Scene) -> None:
    scene.rewrite(POSITIONS, side="Sell", stopLoss="", takeProfit="")


INJECTIONS: dict[Kind, Callable[[Scene], None]] = {
    Kind.EXTERNAL_ENTRY: lambda scene: scene.owner.buy(FALLING, "0.01"),
    Kind.EXTERNAL_CLOSE: _close_by_hand,
    Kind.UNKNOWN_ORDER: lambda scene: scene.owner.buy(FALLING, "0.01", price="40000"),
    Kind.STOP_CHANGED: lambda scene: scene.owner.move_levels(CALM, stopLoss="145.00"),
    Kind.LEVERAGE_CHANGED: lambda scene: scene.venue.fault("pos.leverage_changed", leverage="2"),
    Kind.TRANSFER_IN: lambda scene: scene.venue.deposit("250"),
    Kind.TRANSFER_OUT: lambda scene: scene.venue.withdraw("250"),
    Kind.ADL: lambda scene: scene.venue.fault("pos.adl", fraction="0.5"),
    Kind.LIQUIDATION: lambda scene: scene.venue.fault("pos.liquidate"),
    Kind.MISSING_STOP: lambda scene: scene.venue.fault("tpsl.vanish"),
    Kind.ORPHAN_ORDER: lambda scene: scene.proxy.always(POSITIONS, rewritten(lambda _: [])),
    Kind.MISSING_POSITION: lambda scene: scene.proxy.always(POSITIONS, rewritten(lambda _: [])),
    Kind.MISSING_ORDER: lambda scene: scene.proxy.always(OPEN_ORDERS, rewritten(lambda _: [])),
    Kind.ORDER_MISMATCH: lambda scene: scene.rewrite(OPEN_ORDERS, qty="77"),
    Kind.QUANTITY_MISMATCH: lambda scene: scene.rewrite(POSITIONS, size="3"),
    Kind.SIDE_MISMATCH: _other_side,
    Kind.UNKNOWN_POSITION: lambda scene: scene.rewrite(POSITIONS, symbol=FALLING),
    Kind.UNKNOWN_EXECUTION: lambda scene: (
        scene.rewrite(EXECUTIONS, execType="BlockTrade"),
        scene.owner.buy(FALLING, "0.01"),
    ),
    Kind.PHANTOM_EXECUTION: _phantom,
    Kind.FUNDING_MISMATCH: _phantom,
    Kind.MODE_SWITCHED: lambda scene: scene.venue.fault(
        "pos.mode_switched", mode=3, match={"symbol": FALLING}
    ),
}
NEVER_MADE = {Kind.MISSING_EXECUTION}
"""What a sync stores before it compares cannot be missing afterwards."""


def test_every_kind_is_made() -> None:
    assert set(INJECTIONS) | NEVER_MADE == set(Kind)


@pytest.mark.parametrize("kind", INJECTIONS)
def test_every_difference_is_settled_or_with_a_human_after_two_syncs(
    scene: Scene, kind: Kind
) -> None:
    INJECTIONS[kind](scene)

    scene.sync()
    scene.sync()

    rows = scene.found()
    assert kind in {row.kind for row in rows}
    assert [row for row in rows if row.resolved_at is None and row.escalated_at is None] == []
    for row in rows:
        assert row.rule != ""
        if RULES[row.kind].response is Response.ADOPT:
            assert (row.settled_by, row.times_seen) == (Settlement.RULE, 1)
    if kind in {Kind.ORPHAN_ORDER, Kind.MISSING_ORDER, Kind.MISSING_POSITION}:
        # Lists that lie must not cost a stop.
        assert scene.venue.gateway.positions()[0].stop_loss is not None


def test_a_stop_that_outlived_its_position_is_cancelled_by_the_second_sync(
    scene: Scene,
) -> None:
    listed: list[dict[str, str]] = []
    scene.proxy.script(OPEN_ORDERS, rewritten(lambda rows: listed.extend(rows) or rows))
    scene.desk.gateway.open_orders()
    _close_by_hand(scene)
    scene.proxy.always(OPEN_ORDERS, rewritten(lambda _rows: listed))

    scene.sync()
    assert scene.proxy.calls(CANCEL) == []
    scene.sync()

    cancelled = {seen.sent["orderId"] for seen in scene.proxy.calls(CANCEL)}
    assert cancelled == {row["orderId"] for row in listed}


def test_hedge_mode_halts_entries_until_a_human_resumes(scene: Scene) -> None:
    INJECTIONS[Kind.MODE_SWITCHED](scene)

    scene.sync()

    with read_session(scene.desk.sessions) as session:
        (halt,) = halts.open_halts(session, scene.desk.desk.account)
    assert halt.kind is BrakeKind.POSITION_MODE
    assert "in hedge mode; switch back to one-way, then resume" in halt.reason
    assert FALLING in halt.reason
    # The held symbol could not be switched.
    assert CALM not in halt.reason


def test_leverage_that_was_adopted_is_told_again_only_when_it_changes(scene: Scene) -> None:
    for leverage, told in (("2", 1), ("4", 2)):
        scene.venue.fault("pos.leverage_changed", leverage=leverage)
        scene.sync()
        scene.sync()
        assert len(scene.found()) == told
    assert scene.found()[0].evidence["exchange"] == "4"


def test_what_a_dead_run_stored_and_did_not_tell_is_told_by_the_next(scene: Scene) -> None:
    from_here = scene.desk.now()
    scene.owner.buy(FALLING, "0.01")
    scene.venue.advance(MINUTE)
    reading = scene.desk.gateway.executions_since(from_here)
    with unit_of_work(scene.desk.sessions) as session:
        executions.insert_new(session, scene.desk.desk.account, reading)
    scene.venue.advance(HOUR)

    synchronise(scene.desk)

    # The owner's position has no stop, which is told as well.
    assert {row.kind for row in scene.found()} == {Kind.EXTERNAL_ENTRY, Kind.MISSING_STOP}
    with read_session(scene.desk.sessions) as session:
        assert len(recent_trades(session, scene.desk.desk.account)) == 2

"""Hold the database against the exchange: what differs, found anew until it is settled."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from db.keys import AccountKey
from db.repositories import discrepancies, executions, heartbeats, ledger, orders, trades
from db.unit_of_work import read_session
from tasks.policies import SAFE_TO_RETRY
from tasks.resources import Resources
from tasks.steps import step
from tasks.sync_reading import OVERLAP, AccountReading
from tasks.trades import OpenTrade, open_trades
from trading.account import TransactionKind
from trading.executions import Execution
from trading.orders import Order, StopKind
from trading.positions import Position
from trading.reconcile import (
    AccountView,
    Discrepancy,
    DiscrepancyKind,
    Ownership,
    position_key,
    reconcile,
)
from trading.reconcile_account import funding_differences, mode_switches, transfers
from trading.settlement import is_same

LISTED_WITHIN = timedelta(seconds=10)
"""An execution that the exchange does not list after this time is missing there."""

FUNDING_WINDOW = timedelta(days=7)
"""How far back ledger and executions are held against each other."""


@step(name="compare-account", task_run_name="compare account", **SAFE_TO_RETRY)
def compare_account(resources: Resources, reading: AccountReading) -> tuple[Discrepancy, ...]:
    """What the stored records and the exchange disagree on after the reading was taken in.

    Derived from stored rows alone, so that a look repeated by a run that comes after a crash
    finds the same. What a human has acknowledged is left out until it changes.
    """
    key = resources.desk.account
    with read_session(resources.sessions) as session:
        found = (
            *_records_differ(session, key, reading),
            *_money_differs(session, key, reading),
            *mode_switches(reading.in_hedge_mode),
        )
        return _without_acknowledged(session, key, found)


def _records_differ(
    session: Session, key: AccountKey, reading: AccountReading
) -> tuple[Discrepancy, ...]:
    rows, phantoms = _unjudged(session, key, reading), _phantoms(session, key, reading)
    listed = tuple(row for row in rows if row not in phantoms)
    ours = AccountView(
        positions=_expected_positions(session, key, reading.positions),
        open_orders=_expected_orders(session, key),
        executions=(*listed, *phantoms),
    )
    theirs = AccountView(reading.positions, reading.open_orders, listed)
    ids = {order.order_id for order in reading.open_orders} | {row.order_id for row in listed}
    made = orders.made_by_us(session, key, ids) | _trailing_stops(session, key, reading)
    own = Ownership(order_ids=made)
    return reconcile(ours, theirs, own)


def _trailing_stops(session: Session, key: AccountKey, reading: AccountReading) -> frozenset[str]:
    """Trailing stops of trades on which the desk has set one: they bear no mark of ours."""
    trailed = {
        trade.symbol
        for trade in trades.open_trades(session, key)
        if trade.trailing_distance is not None
    }
    return frozenset(
        order.order_id
        for order in reading.open_orders
        if order.stop_kind is StopKind.TRAILING_STOP and order.symbol in trailed
    )


def _unjudged(session: Session, key: AccountKey, reading: AccountReading) -> list[Execution]:
    """Executions since the last finished sync that no difference has told yet.

    From the database and not from the reading: a run that died may have stored them, and so may
    the private stream.
    """
    rows = executions.between(
        session, key, since=_settled_until(session, key, reading), until=reading.read_at
    )
    told = _subjects(session, key, {row.execution_id for row in rows})
    return [row for row in rows if row.execution_id not in told]


def _settled_until(session: Session, key: AccountKey, reading: AccountReading) -> datetime:
    beat = heartbeats.last_beat_at(session, key, "sync")
    return (beat or reading.executions_since) - OVERLAP


def _phantoms(session: Session, key: AccountKey, reading: AccountReading) -> list[Execution]:
    listed = {row.execution_id for row in reading.executions}
    stored = executions.between(
        session,
        key,
        since=reading.executions_since + timedelta(seconds=1),
        until=reading.read_at - LISTED_WITHIN,
    )
    return [row for row in stored if row.execution_id not in listed]


def _money_differs(
    session: Session, key: AccountKey, reading: AccountReading
) -> tuple[Discrepancy, ...]:
    now = reading.read_at
    since = _settled_until(session, key, reading)
    moved = transfers(ledger.between(session, key, since=since, until=now))
    told = _subjects(session, key, {item.key for item in moved})
    week = now - FUNDING_WINDOW
    funding = funding_differences(
        ledger.between(session, key, since=week, until=now, kind=TransactionKind.FUNDING),
        executions.funding_between(session, key, since=week, until=now),
    )
    return (*(item for item in moved if item.key not in told), *funding)


def _expected_orders(session: Session, key: AccountKey) -> tuple[Order, ...]:
    """The stored open orders that are ours or were told: one of another hand is news once."""
    stored = orders.open_orders(session, key)
    ids = {order.order_id for order in stored}
    known = orders.made_by_us(session, key, ids) | _subjects(session, key, ids)
    return tuple(order for order in stored if order.order_id in known)


def _subjects(session: Session, key: AccountKey, subjects: set[str]) -> frozenset[str]:
    return frozenset(subject for _, subject in discrepancies.reported(session, key, subjects))


def _expected_positions(
    session: Session, key: AccountKey, seen: tuple[Position, ...]
) -> tuple[Position, ...]:
    """The positions that our executions add up to, with the stops they were meant to have."""
    there = {position.symbol: position for position in seen}
    entered = trades.entered_leverage(session, key)
    held = open_trades(session, key)
    expected = (_expected(one, there.get(one.trade.symbol)) for one in held)
    return tuple(
        _with_leverage(session, key, position, one, entered.get(one.trade.id))
        for position, one in zip(expected, held, strict=True)
    )


def _expected(held: OpenTrade, there: Position | None) -> Position:
    trade = held.trade
    is_ours = trade.entry_intent_id is not None
    return Position(
        symbol=trade.symbol,
        direction=trade.direction,
        quantity=held.holding.remaining,
        entry_price=trade.entry_price,
        mark_price=there.mark_price if there else trade.entry_price,
        # What another hand opened has no planned levels: what stands there is right.
        stop_loss=trade.stop_loss if is_ours or there is None else there.stop_loss,
        take_profit=trade.take_profit if is_ours or there is None else there.take_profit,
        leverage=there.leverage if there else Decimal(1),
        unrealised_pnl_usdt=Decimal(0),
        updated_at=trade.opened_at,
    )


def _with_leverage(
    session: Session, key: AccountKey, there: Position, held: OpenTrade, entered: Decimal | None
) -> Position:
    """With the leverage of the entry, or the one adopted since; another hand's is as it is."""
    if entered is None or entered == there.leverage:
        return there
    adopted = discrepancies.newest_evidence(
        session,
        key,
        DiscrepancyKind.LEVERAGE_CHANGED,
        position_key(there),
        since=held.trade.opened_at,
    )
    leverage = entered if adopted is None else Decimal(str(adopted["exchange"]))
    return replace(there, leverage=leverage)


def _without_acknowledged(
    session: Session, key: AccountKey, found: tuple[Discrepancy, ...]
) -> tuple[Discrepancy, ...]:
    rows = discrepancies.acknowledged(session, key, {item.key for item in found})
    settled = {(row.kind, row.subject): row.evidence for row in rows}
    return tuple(
        item
        for item in found
        if not is_same(item.kind, item.evidence, settled.get((item.kind, item.key), {}))
    )

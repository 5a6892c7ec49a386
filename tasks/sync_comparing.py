"""Hold the database against the exchange, and keep every difference until it is settled."""

from decimal import Decimal

from sqlalchemy.orm import Session

from db.keys import AccountKey
from db.repositories import discrepancies, orders, trades
from db.unit_of_work import unit_of_work
from tasks.policies import SAFE_TO_RETRY
from tasks.resources import Resources
from tasks.steps import step
from tasks.sync_reading import AccountReading
from tasks.sync_recording import TakenIn
from tasks.trades import OpenTrade, open_trades
from trading.orders import Order
from trading.positions import Position
from trading.reconcile import AccountView, Discrepancy, DiscrepancyKind, Ownership, reconcile

ADOPTED = {
    DiscrepancyKind.EXTERNAL_ENTRY: "adopted: entered outside the desk",
    DiscrepancyKind.EXTERNAL_CLOSE: "adopted: closed outside the desk",
    DiscrepancyKind.UNKNOWN_ORDER: "adopted: placed outside the desk",
    DiscrepancyKind.STOP_CHANGED: "adopted: moved outside the desk",
}
"""Differences that another hand made on purpose: taken over as they are, and reported."""


@step(name="compare-account", task_run_name="compare account", tags=["decide"], **SAFE_TO_RETRY)
def compare_account(
    resources: Resources, reading: AccountReading, taken: TakenIn
) -> tuple[Discrepancy, ...]:
    """What the stored records and the exchange disagree on after the reading was taken in."""
    key = resources.desk.account
    with unit_of_work(resources.sessions) as session:
        ours = AccountView(
            positions=_expected_positions(session, key, reading.positions),
            open_orders=_expected_orders(session, key, taken),
            executions=taken.new_executions,
        )
        own = _ownership(session, key, reading, taken)
    theirs = AccountView(reading.positions, reading.open_orders, taken.new_executions)
    return reconcile(ours, theirs, own)


@step(
    name="settle-differences",
    task_run_name="settle differences",
    tags=["remember"],
    **SAFE_TO_RETRY,
)
def settle_differences(
    resources: Resources, found: tuple[Discrepancy, ...], reading: AccountReading
) -> int:
    """Store what was found, adopt what another hand did, close what is gone; count the open."""
    key, now = resources.desk.account, reading.read_at
    with unit_of_work(resources.sessions) as session:
        for item in found:
            discrepancies.open_or_update(
                session,
                key,
                kind=item.kind,
                subject=item.key,
                evidence={"symbol": item.symbol, **item.evidence},
                now=now,
            )
        for item in found:
            _adopt(session, key, item, reading)
        return _close_gone(session, key, found, reading)


def _expected_orders(session: Session, key: AccountKey, taken: TakenIn) -> tuple[Order, ...]:
    """The orders we knew to be open before the reading: one that is new may be another hand's."""
    stored = orders.open_orders(session, key)
    return tuple(order for order in stored if order.order_id not in taken.new_orders)


def _expected_positions(
    session: Session, key: AccountKey, seen: tuple[Position, ...]
) -> tuple[Position, ...]:
    """The positions that our executions add up to, with the stops they were meant to have."""
    there = {position.symbol: position for position in seen}
    return tuple(
        _expected(held, there.get(held.trade.symbol)) for held in open_trades(session, key)
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


def _ownership(
    session: Session, key: AccountKey, reading: AccountReading, taken: TakenIn
) -> Ownership:
    order_ids = {order.order_id for order in reading.open_orders}
    order_ids |= {row.order_id for row in taken.new_executions}
    return Ownership(order_ids=orders.made_by_us(session, key, order_ids))


def _adopt(session: Session, key: AccountKey, item: Discrepancy, reading: AccountReading) -> None:
    if item.kind not in ADOPTED:
        return
    if item.kind is DiscrepancyKind.STOP_CHANGED:
        _adopt_levels(session, key, item.symbol, reading)
    discrepancies.resolve(
        session,
        key,
        kind=item.kind,
        subject=item.key,
        resolution=ADOPTED[item.kind],
        now=reading.read_at,
    )


def _adopt_levels(session: Session, key: AccountKey, symbol: str, reading: AccountReading) -> None:
    there = next(position for position in reading.positions if position.symbol == symbol)
    for trade in trades.open_trades(session, key):
        if trade.symbol == symbol:
            trades.move_levels(
                session, trade.id, stop_loss=there.stop_loss, take_profit=there.take_profit
            )


def _close_gone(
    session: Session, key: AccountKey, found: tuple[Discrepancy, ...], reading: AccountReading
) -> int:
    still_there = {(item.kind, item.key) for item in found}
    remaining = 0
    for kind, subject in discrepancies.open_ones(session, key):
        if (kind, subject) in still_there:
            remaining += 1
            continue
        discrepancies.resolve(
            session,
            key,
            kind=kind,
            subject=subject,
            resolution="gone: both sides agree again",
            now=reading.read_at,
        )
    return remaining

"""Let stops follow winning trades: at the exchange, in place, and only ever tighter."""

from decimal import Decimal
from uuid import UUID

import structlog
from sqlalchemy.orm import Session

from db.repositories import trades
from db.repositories.trades import Trade
from db.unit_of_work import read_session, unit_of_work
from tasks.listing import listed
from tasks.policies import AT_MOST_ONCE
from tasks.resources import Resources
from tasks.steps import step
from tasks.sync_reading import AccountReading
from trading.errors import ExchangeError
from trading.orders import StopKind
from trading.positions import Position
from trading.trailing import StopMove, TradePlan, move_stop

log = structlog.get_logger()


@step(name="manage-stops", task_run_name="manage stops", **AT_MOST_ONCE)
def manage_stops(resources: Resources, reading: AccountReading) -> int:
    """Move the stops that the owner's rules ask for; how many stand where they were moved to.

    What stands is changed in place, so no moment is without a stop. Only what is read back is
    recorded: what was accepted and does not stand is asked for again by the next sync.
    """
    if not resources.desk.trailing.is_on:
        return 0
    with read_session(resources.sessions) as session:
        plans = _plans(session, resources, reading)
    return sum(_manage(resources, position, trade, plan) for position, trade, plan in plans)


def _plans(
    session: Session, resources: Resources, reading: AccountReading
) -> list[tuple[Position, Trade, TradePlan]]:
    """Open positions of the desk with a stop that stands, and what they were entered with."""
    key = resources.desk.account
    planned = trades.planned_stops(session, key)
    held = {trade.symbol: trade for trade in trades.open_trades(session, key)}
    found = []
    for position in reading.positions:
        trade = held.get(position.symbol)
        if trade is None or trade.id not in planned or position.stop_loss is None:
            continue
        found.append((position, trade, _plan(resources, position.stop_loss, trade, planned)))
    return found


def _plan(
    resources: Resources, stop_loss: Decimal, trade: Trade, planned: dict[UUID, Decimal]
) -> TradePlan:
    return TradePlan(
        entry_price=trade.entry_price,
        planned_stop=planned[trade.id],
        stop_loss=stop_loss,
        taker_fraction=resources.desk.risk.costs.taker_fraction,
        trails_already=trade.trailing_distance is not None,
    )


def _manage(resources: Resources, position: Position, trade: Trade, plan: TradePlan) -> bool:
    instrument = listed(resources, position.symbol)
    if instrument is None:
        return False  # nothing can be moved in a market that is halted
    move = move_stop(position, plan, resources.desk.trailing, instrument)
    if move is None:
        return False
    try:
        resources.gateway.set_protection(
            position.symbol,
            stop_loss=move.stop_loss,
            take_profit=None,
            position_index=position.position_index,
            trailing=move.trailing,
        )
        stands = _record(resources, position, trade, move)
    except ExchangeError as error:
        # The old stop stands as it did; the next sync tries again.
        log.warning("stop not moved", symbol=position.symbol, wanted=move.detail, error=str(error))
        return False
    log.info("stop moved", symbol=position.symbol, move=move.detail, stands=stands)
    return stands


def _record(resources: Resources, position: Position, trade: Trade, move: StopMove) -> bool:
    """Store what stands by a look of now; whether that is all that was asked for."""
    orders = resources.gateway.open_orders()
    there = {one.symbol: one for one in resources.gateway.positions()}.get(position.symbol)
    moved = there is not None and move.stop_loss in {None, there.stop_loss}
    trails = move.trailing is None or any(
        order.symbol == position.symbol and order.stop_kind is StopKind.TRAILING_STOP
        for order in orders
    )
    with unit_of_work(resources.sessions) as session:
        if there is not None and moved and move.stop_loss is not None:
            trades.move_levels(
                session, trade.id, stop_loss=there.stop_loss, take_profit=there.take_profit
            )
        if trails and move.trailing is not None:
            trades.record_trailing(session, trade.id, move.trailing.distance)
    return moved and trails

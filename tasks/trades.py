"""Book round trips: every position becomes a trade with what it earned, also one made by hand."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from db.keys import AccountKey
from db.repositories import executions, intents, orders, trades
from db.repositories.intents import Intent
from db.repositories.trades import Exit, NewTrade, Revision, Trade
from db.states import ExitReason
from trading.executions import Execution, ExecutionKind
from trading.naked_time import StopInterval, naked_seconds, naked_usdt_seconds
from trading.orders import Order, StopKind
from trading.performance import round_trip
from trading.protection import STOPS
from trading.round_trips import Holding, holdings

_BY_KIND = {
    ExecutionKind.LIQUIDATION: ExitReason.LIQUIDATION,
    ExecutionKind.ADL: ExitReason.ADL,
    ExecutionKind.SETTLEMENT: ExitReason.OTHER,  # the symbol was delisted: no hand closed it
}
_BY_STOP = {
    StopKind.STOP_LOSS: ExitReason.STOP_LOSS,
    StopKind.TRAILING_STOP: ExitReason.STOP_LOSS,
    StopKind.STOP: ExitReason.STOP_LOSS,
    StopKind.TAKE_PROFIT: ExitReason.TAKE_PROFIT,
}


@dataclass(frozen=True, slots=True)
class BookedTrades:
    """Trades that this booking opened and closed."""

    opened: tuple[Trade, ...] = ()
    closed: tuple[Trade, ...] = ()


@dataclass(frozen=True, slots=True)
class OpenTrade:
    """A trade that holds a position, with the executions that made it."""

    trade: Trade
    holding: Holding


def open_trades(session: Session, key: AccountKey) -> list[OpenTrade]:
    """Every open trade with its holding, by symbol."""
    return [
        OpenTrade(trade, _unbooked(session, key, trade.symbol)[0])
        for trade in trades.open_trades(session, key)
    ]


def book_trades(
    session: Session, key: AccountKey, symbols: Iterable[str], *, now: datetime
) -> BookedTrades:
    """Bring the trades of `symbols`, and every open one, up to date with the stored executions.

    Everything is derived anew from executions and stops, so booking twice gives the same rows.
    """
    held = {trade.symbol for trade in trades.open_trades(session, key)}
    return book_symbols(session, key, held | set(symbols), now=now)


def book_symbols(
    session: Session, key: AccountKey, symbols: Iterable[str], *, now: datetime
) -> BookedTrades:
    """As `book_trades`, but nothing of any other symbol: the cost does not grow with the book."""
    open_now = {trade.symbol: trade for trade in trades.open_trades(session, key)}
    opened: list[Trade] = []
    closed: list[Trade] = []
    for symbol in sorted(set(symbols)):
        trade = open_now.get(symbol)
        for holding in _unbooked(session, key, symbol):
            if trade is None:
                trade = _open(session, key, holding)
                opened.append(trade)
            trade = _advance(session, key, trade, holding, now)
            if holding.is_closed:
                closed.append(trade)
                trade = None
    return BookedTrades(tuple(opened), tuple(closed))


def held_executions(session: Session, key: AccountKey, symbol: str) -> tuple[Execution, ...]:
    """The stored executions of the position that `symbol` holds now; none while it is flat."""
    known = _unbooked(session, key, symbol)
    return known[-1].executions if known and not known[-1].is_closed else ()


def _unbooked(session: Session, key: AccountKey, symbol: str) -> list[Holding]:
    """Holdings after the last closed trade; the first is that of the open trade, if there is one.

    The execution that closed the last trade is read again: if it flipped the position, its rest
    opened the next one.
    """
    last = trades.newest_closed(session, key, symbol)
    since = (last.closed_at, last.last_sequence) if last and last.closed_at else None
    return holdings(executions.of_symbol(session, key, symbol, since=since))


def _open(session: Session, key: AccountKey, holding: Holding) -> Trade:
    intent = intents.by_link_id(session, holding.entry.link_id) if holding.entry.link_id else None
    return trades.open_trade(session, _new_trade(key, holding, intent))


def _new_trade(key: AccountKey, holding: Holding, intent: Intent | None) -> NewTrade:
    return NewTrade(
        account=key,
        symbol=holding.entry.symbol,
        direction=holding.direction,
        quantity=holding.entered_quantity,
        entry_price=holding.entry_price,
        opened_at=holding.entry.executed_at,
        last_sequence=holding.last.sequence,
        stop_loss=intent.order.stop_loss if intent else None,
        take_profit=intent.order.take_profit if intent else None,
        risk_usdt=intent.risk_usdt if intent else None,
        fees_usdt=holding.fees_usdt,
        decision_id=intent.decision_id if intent else None,
        entry_intent_id=intent.id if intent else None,
    )


def _advance(
    session: Session, key: AccountKey, trade: Trade, holding: Holding, now: datetime
) -> Trade:
    until = holding.last.executed_at if holding.is_closed else now
    stops = _stops(session, key, holding.entry.symbol)
    revised = trades.revise_trade(
        session,
        trade.id,
        Revision(
            quantity=holding.entered_quantity,
            entry_price=holding.entry_price,
            stop_loss=trade.stop_loss,
            take_profit=trade.take_profit,
            fees_usdt=holding.fees_usdt,
            funding_usdt=holding.funding_usdt,
            # Rounded up: half a second naked is not nothing.
            naked_seconds=math.ceil(naked_seconds(holding.executions, stops, until=until)),
            naked_usdt_seconds=naked_usdt_seconds(holding.executions, stops, until=until),
            last_sequence=holding.last.sequence,
        ),
    )
    if not holding.is_closed:
        return revised
    return trades.close_trade(session, trade.id, _exit(session, key, trade, holding))


def _exit(session: Session, key: AccountKey, trade: Trade, holding: Holding) -> Exit:
    result = round_trip(holding.direction, holding.executions, planned_risk_usdt=trade.risk_usdt)
    return Exit(
        exit_price=result.exit_price,
        exit_reason=_exit_reason(session, key, holding),
        closed_at=holding.last.executed_at,
        fees_usdt=result.fees_usdt,
        funding_usdt=result.funding_usdt,
        pnl_usdt=result.net_usdt,
    )


def _exit_reason(session: Session, key: AccountKey, holding: Holding) -> ExitReason:
    last = holding.last
    if last.kind in _BY_KIND:
        return _BY_KIND[last.kind]
    order = orders.by_id(session, key, last.order_id)
    if order is not None and order.stop_kind in _BY_STOP:
        return _BY_STOP[order.stop_kind]
    intent = intents.by_link_id(session, last.link_id) if last.link_id else None
    # The desk closes for a decision of its own; the owner's orders have none.
    if intent is not None and intent.decision_id is not None:
        return ExitReason.CLOSED_BY_DESK
    return ExitReason.CLOSED_BY_HAND


def _stops(session: Session, key: AccountKey, symbol: str) -> list[StopInterval]:
    placed = orders.of_symbol(session, key, symbol)
    return [_interval(order) for order in placed if order.stop_kind in STOPS]


def _interval(order: Order) -> StopInterval:
    # A stop of quantity 0 covers whatever the position is.
    return StopInterval(
        since=order.created_at,
        until=None if order.status.is_open else order.updated_at,
        quantity=order.quantity or None,
    )

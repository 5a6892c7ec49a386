"""Round trips and what they earned."""

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.keys import AccountKey
from db.models import TradeRow
from db.repositories.rows import belongs_to, value_of
from db.repositories.trades import Trade
from db.states import TradeStatus


@dataclass(frozen=True, slots=True)
class TradeTotals:
    """Sums over trades in USDT. `pnl_usdt` is of closed trades, after fees and funding."""

    opened: int
    closed: int
    won: int
    pnl_usdt: Decimal
    fees_usdt: Decimal
    funding_usdt: Decimal
    longest_naked_seconds: int


def recent_trades(
    session: Session,
    key: AccountKey,
    *,
    limit: int = 100,
    status: TradeStatus | None = None,
) -> list[Trade]:
    """The newest trades, newest first; with `status`, only those."""
    statement = select(TradeRow).where(belongs_to(TradeRow, key))
    if status is not None:
        statement = statement.where(TradeRow.status == status)
    newest = statement.order_by(TradeRow.opened_at.desc(), TradeRow.symbol).limit(limit)
    return [value_of(Trade, row) for row in session.scalars(newest)]


def trade_totals(session: Session, key: AccountKey) -> TradeTotals:
    """Totals over all trades of the account."""
    zero = Decimal(0)
    is_closed = TradeRow.status == TradeStatus.CLOSED
    statement = select(
        func.count().label("opened"),
        func.count().filter(is_closed).label("closed"),
        func.count().filter(TradeRow.pnl_usdt > zero).label("won"),
        func.coalesce(func.sum(TradeRow.pnl_usdt), zero).label("pnl_usdt"),
        func.coalesce(func.sum(TradeRow.fees_usdt), zero).label("fees_usdt"),
        func.coalesce(func.sum(TradeRow.funding_usdt), zero).label("funding_usdt"),
        func.coalesce(func.max(TradeRow.naked_seconds), 0).label("longest_naked_seconds"),
    ).where(belongs_to(TradeRow, key))
    return value_of(TradeTotals, session.execute(statement).one())

"""The trades that closed lately, as the protections count them."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.keys import AccountKey
from db.models import TradeRow
from db.repositories.rows import belongs_to
from db.states import ExitReason, TradeStatus
from trading.recent_trades import EndedTrade

# A liquidation is a stop that the exchange set.
_STOPPED = frozenset({ExitReason.STOP_LOSS, ExitReason.LIQUIDATION})


def ended_after(session: Session, key: AccountKey, moment: datetime) -> tuple[EndedTrade, ...]:
    """Trades closed after `moment`, oldest first; the owner's own are among them."""
    statement = select(
        TradeRow.symbol, TradeRow.closed_at, TradeRow.pnl_usdt, TradeRow.exit_reason
    ).where(
        belongs_to(TradeRow, key),
        TradeRow.status == TradeStatus.CLOSED,
        TradeRow.closed_at > moment,
    )
    rows = session.execute(statement.order_by(TradeRow.closed_at, TradeRow.id))
    return tuple(
        EndedTrade(row.symbol, row.closed_at, row.pnl_usdt, row.exit_reason in _STOPPED)
        for row in rows
    )

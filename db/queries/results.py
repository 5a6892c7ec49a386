"""What closed trades earned, over a stretch of time and by symbol."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.keys import AccountKey
from db.models import TradeRow
from db.repositories.rows import belongs_to, value_of
from db.states import TradeStatus


@dataclass(frozen=True, slots=True)
class SymbolResult:
    """Closed trades of one symbol; USDT, after fees and funding.

    `sum_r` and `average_r` are multiples of the loss that was planned at entry, over the
    `measured` trades that were entered with a stop; None where there is none of those.
    """

    symbol: str
    trades: int
    won: int
    pnl_usdt: Decimal
    measured: int
    sum_r: Decimal | None
    average_r: Decimal | None

    @property
    def win_rate(self) -> Decimal:
        """The part of the trades that earned something, 0 to 1."""
        return Decimal(self.won) / self.trades


def results_since(
    session: Session, key: AccountKey, since: datetime, until: datetime | None = None
) -> list[tuple[datetime, Decimal]]:
    """When each trade closed and what it earned, from `since` to before `until`, oldest first."""
    statement = select(TradeRow.closed_at, TradeRow.pnl_usdt).where(
        belongs_to(TradeRow, key),
        TradeRow.status == TradeStatus.CLOSED,
        TradeRow.closed_at >= since,
    )
    if until is not None:
        statement = statement.where(TradeRow.closed_at < until)
    rows = session.execute(statement.order_by(TradeRow.closed_at, TradeRow.id))
    return [(closed_at, pnl) for closed_at, pnl in rows if closed_at and pnl is not None]


def results_by_symbol(session: Session, key: AccountKey) -> list[SymbolResult]:
    """Results of every symbol that was traded, the best first."""
    total = func.coalesce(func.sum(TradeRow.pnl_usdt), Decimal(0)).label("pnl_usdt")
    statement = (
        select(
            TradeRow.symbol,
            func.count().label("trades"),
            func.count().filter(TradeRow.pnl_usdt > Decimal(0)).label("won"),
            total,
            func.count(TradeRow.r_multiple).label("measured"),
            func.sum(TradeRow.r_multiple).label("sum_r"),
            func.avg(TradeRow.r_multiple).label("average_r"),
        )
        .where(belongs_to(TradeRow, key), TradeRow.status == TradeStatus.CLOSED)
        .group_by(TradeRow.symbol)
        .order_by(total.desc(), TradeRow.symbol)
    )
    return [value_of(SymbolResult, row) for row in session.execute(statement)]

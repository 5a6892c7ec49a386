"""What models cost, beside what was entered on their word."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.keys import AccountKey
from db.models import LlmCallRow, TradeRow
from db.repositories.rows import belongs_to
from db.states import CallState
from trading.model_costs import ModelBill


def model_bill(
    session: Session, key: AccountKey, *, since: datetime, until: datetime
) -> ModelBill:
    """The calls reserved and the trades entered in [since, until); by hand ones too."""
    is_open = LlmCallRow.state != CallState.SETTLED
    calls, cost, still_open = session.execute(
        select(
            func.count(),
            func.sum(LlmCallRow.cost_usd),
            func.sum(LlmCallRow.reserved_usd).filter(is_open),
        ).where(
            belongs_to(LlmCallRow, key),
            LlmCallRow.created_at >= since,
            LlmCallRow.created_at < until,
        )
    ).one()
    trades, risk = session.execute(
        select(func.count(), func.sum(TradeRow.risk_usdt)).where(
            belongs_to(TradeRow, key), TradeRow.opened_at >= since, TradeRow.opened_at < until
        )
    ).one()
    zero = Decimal(0)  # the sum of nothing is NULL
    return ModelBill(calls, cost or zero, still_open or zero, trades, risk or zero)

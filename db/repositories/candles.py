"""Closed candles, kept as first seen."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import CandleRow
from db.repositories.rows import columns_of, insert_missing, value_of
from trading.candles import Candle, Interval


def remember(
    session: Session,
    environment: str,
    symbol: str,
    interval: Interval,
    candles: Sequence[Candle],
) -> int:
    """Store the candles that are not here yet; how many were new."""
    key = {"environment": environment, "symbol": symbol, "interval": interval}
    rows = [{**key, **columns_of(candle)} for candle in candles]
    return len(insert_missing(session, CandleRow, rows, returning=CandleRow.opened_at))


def between(
    session: Session,
    environment: str,
    symbol: str,
    interval: Interval,
    *,
    since: datetime,
    until: datetime,
) -> list[Candle]:
    """Stored candles that opened from `since` until before `until`, oldest first."""
    statement = select(CandleRow).where(
        CandleRow.environment == environment,
        CandleRow.symbol == symbol,
        CandleRow.interval == interval,
        CandleRow.opened_at >= since,
        CandleRow.opened_at < until,
    )
    ordered = statement.order_by(CandleRow.opened_at)
    return [value_of(Candle, row) for row in session.scalars(ordered)]

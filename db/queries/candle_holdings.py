"""What is stored of candles and funding, and which times lack."""

from datetime import datetime, timedelta
from itertools import pairwise

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from db.driver import driver_cursor
from db.models import CandleRow, FundingRateRow
from db.series_keys import WHERE, series_of, series_parameters, symbol_column
from trading.candle_series import Holding, SeriesName, Span
from trading.candles import Interval

_INNER_HOLES = f"""
    SELECT opened_at, following FROM (
        SELECT opened_at, lead(opened_at) OVER (ORDER BY opened_at) AS following
        FROM candles WHERE {WHERE}
    ) AS neighbours
    WHERE following - opened_at > %(length)s
    ORDER BY opened_at
"""  # noqa: S608 -- constants

_LONGEST_FUNDING_INTERVAL = timedelta(hours=8)
"""No USDT perpetual settles less often (bybit_v5 instruments, fundingInterval)."""


def holdings(session: Session, environment: str) -> list[Holding]:
    """Every stored series of an environment, by symbol and length."""
    opened = CandleRow.opened_at
    statement = (
        select(
            CandleRow.symbol, CandleRow.interval, func.min(opened), func.max(opened), func.count()
        )
        .where(CandleRow.environment == environment)
        .group_by(CandleRow.symbol, CandleRow.interval)
    )
    found = [
        Holding(series_of(symbol, interval), first, last, rows)
        for symbol, interval, first, last, rows in session.execute(statement)
    ]
    return sorted(found, key=_by_symbol_and_length)


def stored_intervals(session: Session, environment: str, symbol: str) -> frozenset[Interval]:
    """Lengths of which a last-traded candle of the symbol is stored; a look at the index each."""
    column = symbol_column(SeriesName(symbol, Interval.M1))
    kept = {
        interval: select(CandleRow.opened_at)
        .where(
            CandleRow.environment == environment,
            CandleRow.symbol == column,
            CandleRow.interval == interval,
        )
        .exists()
        for interval in Interval
    }
    row = session.execute(select(*kept.values())).one()
    return frozenset(interval for interval, is_kept in zip(kept, row, strict=True) if is_kept)


def missing_spans(
    session: Session, environment: str, name: SeriesName, since: datetime, until: datetime
) -> list[tuple[datetime, datetime]]:
    """The times of since..until without a stored candle, oldest first.

    Each is the open time of the first missing candle and the end of the last one. `since` and
    `until` lie on the grid of the series.
    """
    length = name.interval.length
    parameters = series_parameters(environment, name, Span(since, until))
    ends = select(func.min(CandleRow.opened_at), func.max(CandleRow.opened_at)).where(
        *_rows_between(environment, name, since, until)
    )
    first, last = session.execute(ends).one()
    if first is None:
        return [(since, until)]
    with driver_cursor(session) as cursor:
        cursor.execute(_INNER_HOLES, {**parameters, "length": length})
        inner = [(before + length, after) for before, after in cursor]
    spans = [(since, first), *inner, (last + length, until)]
    return [(begin, end) for begin, end in spans if begin < end]


def missing_funding(
    session: Session, environment: str, symbol: str, since: datetime, until: datetime
) -> list[tuple[datetime, datetime]]:
    """The times of since..until in which settled funding may lack, oldest first."""
    statement = (
        select(FundingRateRow.settled_at)
        .where(
            FundingRateRow.environment == environment,
            FundingRateRow.symbol == symbol,
            FundingRateRow.settled_at >= since,
            FundingRateRow.settled_at < until,
        )
        .order_by(FundingRateRow.settled_at)
    )
    known = list(session.scalars(statement))
    edges = [since - _LONGEST_FUNDING_INTERVAL, *known, until + _LONGEST_FUNDING_INTERVAL]
    wide = (
        (max(before, since), min(after, until))
        for before, after in pairwise(edges)
        if after - before > _LONGEST_FUNDING_INTERVAL
    )
    return [(begin, end) for begin, end in wide if begin < end]


def funding_counts(session: Session, environment: str) -> dict[str, int]:
    """How many settled rates are stored of each symbol."""
    statement = (
        select(FundingRateRow.symbol, func.count())
        .where(FundingRateRow.environment == environment)
        .group_by(FundingRateRow.symbol)
        .order_by(FundingRateRow.symbol)
    )
    return {symbol: count for symbol, count in session.execute(statement)}  # noqa: C416 -- typed rows


def _rows_between(
    environment: str, name: SeriesName, since: datetime, until: datetime
) -> tuple[ColumnElement[bool], ...]:
    return (
        CandleRow.environment == environment,
        CandleRow.symbol == symbol_column(name),
        CandleRow.interval == name.interval,
        CandleRow.opened_at >= since,
        CandleRow.opened_at < until,
    )


def _by_symbol_and_length(holding: Holding) -> tuple[str, bool, timedelta]:
    name = holding.name
    return name.symbol, name.is_mark, name.interval.length

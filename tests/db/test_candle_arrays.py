"""Candles as arrays: in and out the same to the last bit, and a fingerprint of all they say."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.errors import CheckViolation
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from db.driver import driver_cursor
from db.queries.candle_arrays import fingerprint, read_candles, read_funding
from db.queries.candle_holdings import (
    funding_counts,
    holdings,
    missing_funding,
    missing_spans,
)
from db.repositories import candles, funding
from db.repositories.candle_batches import (
    refresh_statistics,
    remember_candles,
    remember_columns,
)
from db.series_keys import symbol_column
from trading.candle_columns import CandleColumns, milliseconds_of
from trading.candle_series import Holding, SeriesName, Span
from trading.candles import Interval
from trading.market import FundingRate

HOUR = timedelta(hours=1)
START = datetime(2026, 1, 1, tzinfo=UTC)
LAST = SeriesName("BTCUSDT", Interval.H1)
MARK = SeriesName("BTCUSDT", Interval.H1, is_mark=True)
NUMBERS = ("open", "high", "low", "close", "volume")

# What a price can be: at least a part in 10^8, at most NUMERIC(38,18) minus some room.
prices = st.floats(1e-8, 1e12)


def columns(count: int, price: float = 100.1, volume: float = 0.1) -> CandleColumns:
    opened = milliseconds_of(START) + np.arange(count, dtype=np.int64) * 3_600_000
    return CandleColumns(
        opened, *(np.full(count, price) for _ in range(4)), np.full(count, volume)
    )


def stored(session: Session, name: SeriesName = LAST, span: Span | None = None) -> CandleColumns:
    return read_candles(session, "paper", name, span or Span())


def test_columns_come_back_as_they_went_in(session: Session) -> None:
    made = columns(500)
    assert remember_columns(session, "paper", LAST, made.rows(slice(None, None, -1))) == 500
    assert remember_columns(session, "paper", LAST, made) == 0
    read = stored(session)
    assert (read.opened_ms == made.opened_ms).all()
    for name in NUMBERS:
        assert getattr(read, name).tolist() == getattr(made, name).tolist()
    assert read.open.dtype == np.float64
    assert read.open.dtype.isnative
    assert len(read.as_series(LAST)) == 500


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(price=prices, volume=st.floats(0, 1e12))
def test_every_number_comes_back_to_the_last_bit(
    session: Session, price: float, volume: float
) -> None:
    session.execute(text("DELETE FROM candles WHERE environment = 'bits'"))
    remember_columns(session, "bits", LAST, columns(1, price, volume))
    read = read_candles(session, "bits", LAST, Span())
    assert read.close[0] == pytest.approx(price, rel=1e-15, abs=1e-18)
    if price >= 1:
        assert read.close[0] == price


def test_exact_candles_and_columns_are_the_same_rows(session: Session, make: Any) -> None:
    candle = make.candle(opened_at=START, close=Decimal("100.1"))
    assert remember_candles(session, "paper", LAST, [candle, candle]) == 1
    assert remember_candles(session, "paper", LAST, []) == 0
    assert remember_columns(session, "paper", LAST, columns(2)) == 1
    assert stored(session).close.tolist() == [100.1, 100.1]
    (exact,) = candles.between(
        session, "paper", "BTCUSDT", Interval.H1, since=START + HOUR, until=START + 2 * HOUR
    )
    assert (exact.close, exact.volume) == (Decimal("100.1"), Decimal("0.1"))


def test_the_server_is_told_how_much_it_holds(session: Session) -> None:
    counted = text("SELECT reltuples FROM pg_class WHERE relname = 'candles'")
    remember_columns(session, "paper", LAST, columns(300))
    refresh_statistics(session)
    assert session.scalar(counted) == 300


def test_mark_prices_lie_apart(session: Session) -> None:
    remember_columns(session, "paper", LAST, columns(3))
    remember_columns(session, "paper", MARK, columns(2, volume=0.0))
    assert symbol_column(MARK) == "BTCUSDT:MARK"
    assert (len(stored(session)), len(stored(session, MARK))) == (3, 2)
    assert holdings(session, "paper") == [
        Holding(LAST, START, START + 2 * HOUR, 3),
        Holding(MARK, START, START + HOUR, 2),
    ]


def test_an_impossible_row_fails_all_of_its_batch(session: Session) -> None:
    made = columns(3)
    made.high[1] = 1.0
    with pytest.raises(CheckViolation, match="prices_possible"), session.begin_nested():
        remember_columns(session, "paper", LAST, made)
    assert len(stored(session)) == 0


def test_trouble_of_the_driver_is_told_as_the_session_tells_it(session: Session) -> None:
    session.execute(text("SET LOCAL statement_timeout = '1ms'"))
    with (
        pytest.raises(OperationalError, match="statement timeout"),
        session.begin_nested(),
        driver_cursor(session) as cursor,
    ):
        cursor.execute("SELECT pg_sleep(1)")
    session.execute(text("SET LOCAL statement_timeout = '30s'"))


def test_only_the_rows_of_a_span_are_read(session: Session) -> None:
    remember_columns(session, "paper", LAST, columns(10))
    read = stored(session, span=Span(START + HOUR, START + 3 * HOUR))
    assert read.opened_ms.tolist() == columns(10).opened_ms[1:3].tolist()
    assert len(stored(session, span=Span(START + 100 * HOUR))) == 0
    assert len(read_candles(session, "live", LAST, Span())) == 0


CHANGES = {
    "a row goes": "DELETE FROM candles WHERE opened_at = :at",
    "a value changes": "UPDATE candles SET volume = volume + 0.000001 WHERE opened_at = :at",
    "two rows swap": """
        UPDATE candles SET close = CASE WHEN opened_at = :at THEN 100.2 ELSE 100.1 END,
            high = 101
    """,
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_a_fingerprint_changes_with_everything_it_is_of(session: Session, change: str) -> None:
    remember_columns(session, "paper", LAST, columns(10))
    before = fingerprint(session, "paper", LAST, Span())
    assert fingerprint(session, "paper", LAST, Span()) == before
    assert fingerprint(session, "paper", LAST, Span(START + HOUR)) != before
    session.execute(text(change), {"at": START + 5 * HOUR})
    assert fingerprint(session, "paper", LAST, Span()) != before


def test_the_same_rows_stored_anew_have_the_same_fingerprint(session: Session) -> None:
    remember_columns(session, "paper", LAST, columns(10))
    before = fingerprint(session, "paper", LAST, Span())
    session.execute(text("DELETE FROM candles"))
    assert fingerprint(session, "paper", LAST, Span()) == "0 0"
    remember_columns(session, "paper", LAST, columns(10).rows(slice(None, None, -1)))
    assert fingerprint(session, "paper", LAST, Span()) == before


def test_missing_times_are_before_between_and_after(session: Session) -> None:
    until = START + 12 * HOUR
    begin = START - 2 * HOUR
    assert missing_spans(session, "paper", LAST, begin, until) == [(begin, until)]
    holed = columns(10).rows(np.array([0, 1, 4, 5, 7, 8, 9]))
    remember_columns(session, "paper", LAST, holed)
    assert missing_spans(session, "paper", LAST, begin, until) == [
        (begin, START),
        (START + 2 * HOUR, START + 4 * HOUR),
        (START + 6 * HOUR, START + 7 * HOUR),
        (START + 10 * HOUR, until),
    ]
    assert missing_spans(session, "paper", LAST, START, START + 2 * HOUR) == []


def test_funding_comes_as_arrays_and_its_holes_are_known(session: Session) -> None:
    hours = (0, 8, 16, 40, 44)
    rates = [FundingRate("BTCUSDT", Decimal("-0.0001"), START + hour * HOUR) for hour in hours]
    funding.remember(session, "paper", rates)
    settled, rate = read_funding(session, "paper", "BTCUSDT", Span(START + HOUR))
    assert settled.tolist() == [milliseconds_of(START + hour * HOUR) for hour in hours[1:]]
    assert rate.tolist() == [-0.0001] * 4
    assert [len(found) for found in read_funding(session, "paper", "ETHUSDT", Span())] == [0, 0]
    assert missing_funding(session, "paper", "BTCUSDT", START, START + 50 * HOUR) == [
        (START + 16 * HOUR, START + 40 * HOUR),
        (START + 44 * HOUR, START + 50 * HOUR),
    ]
    assert funding_counts(session, "paper") == {"BTCUSDT": 5}

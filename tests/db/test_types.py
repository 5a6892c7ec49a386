"""Numbers and times come back as they went in, or do not go in."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.exc import StatementError
from sqlalchemy.orm import Session

from db.keys import AccountKey
from db.models import CandleRow, OrderRow
from db.queries.account import ledger_totals, recent_transactions
from db.repositories import heartbeats, ledger, orders
from db.types import without_padding

smallest_units = st.integers(min_value=-(10**35), max_value=10**35)
"""Amounts in the last decimal that a column holds."""


def amount(units: int) -> Decimal:
    return Decimal(f"{units}e-18")


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(flow=smallest_units, funding=smallest_units, fee=smallest_units)
def test_money_makes_the_round_trip_to_the_last_digit(
    flow: int, funding: int, fee: int, session: Session, make: Any, key: AccountKey
) -> None:
    with session.begin_nested() as inner:
        transaction = make.transaction(
            cash_flow_usdt=amount(flow),
            funding_usdt=amount(funding),
            fee_usdt=amount(fee),
            change_usdt=amount(flow + funding - fee),
        )
        ledger.insert_new(session, key, [transaction])
        assert recent_transactions(session, key) == [transaction]
        assert ledger_totals(session, key).change_usdt == transaction.change_usdt
        inner.rollback()


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (0.1, "float; a finite Decimal is needed"),
        (Decimal("NaN"), "a finite Decimal is needed"),
        (Decimal("Infinity"), "a finite Decimal is needed"),
        (Decimal("1E-19"), "more than 18 decimals"),
    ],
)
def test_a_number_that_money_cannot_hold_is_refused(
    value: Any, message: str, session: Session, make: Any, key: AccountKey
) -> None:
    order = make.order()
    object.__setattr__(order, "price", value)
    with pytest.raises(StatementError, match=message):
        orders.upsert(session, key, [order])


def test_an_average_is_rounded_half_even_to_eighteen_decimals(
    session: Session, make: Any, key: AccountKey
) -> None:
    orders.upsert(session, key, [make.order(average_price=Decimal(200) / Decimal(3))])
    stored = session.query(OrderRow.average_price).scalar()
    assert stored == Decimal("66.666666666666666667")


@pytest.mark.parametrize(
    ("padded", "plain"),
    [
        ("0.100000000000000000", "0.1"),
        ("100.000000000000000000", "100"),
        ("0.000000000000000000", "0"),
        ("-0.000000010000000000", "-1E-8"),
        ("99999999999999999999.999999999999999999", "99999999999999999999.999999999999999999"),
    ],
)
def test_stored_numbers_lose_only_their_padding(padded: str, plain: str) -> None:
    assert str(without_padding(Decimal(padded))) == plain


def test_a_time_without_a_zone_is_refused(session: Session, key: AccountKey) -> None:
    naive = datetime(2025, 3, 1, 12)  # noqa: DTZ001
    with pytest.raises(StatementError, match="has no time zone"):
        heartbeats.beat(session, key, "sync", now=naive)


def test_times_come_back_in_utc_whatever_the_connection_says(
    session: Session, key: AccountKey
) -> None:
    tokyo = timezone(timedelta(hours=9))
    heartbeats.beat(session, key, "sync", now=datetime(2025, 3, 1, 21, tzinfo=tokyo))
    session.execute(text("SET LOCAL timezone = 'America/New_York'"))
    beat = session.execute(text("SELECT beat_at FROM heartbeats")).scalar_one()
    assert beat.utcoffset() == timedelta(hours=-5)
    row = session.query(heartbeats.HeartbeatRow).one()
    assert row.beat_at == datetime(2025, 3, 1, 12, tzinfo=UTC)
    assert row.beat_at.tzinfo is UTC


def test_a_word_outside_the_set_is_refused_before_the_database_sees_it(session: Session) -> None:
    with pytest.raises(StatementError, match="7h"):
        session.scalar(select(CandleRow.open).where(CandleRow.interval == "7h"))

"""Market data, discrepancies and heartbeats."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.keys import AccountKey
from db.models import InstrumentRow
from db.queries.discrepancies import open_discrepancies, recent_discrepancies
from db.queries.runs import heartbeats as all_heartbeats
from db.repositories import candles, discrepancies, funding, heartbeats, instruments
from trading.candles import Interval
from trading.market import FundingRate
from trading.reconcile import DiscrepancyKind

HOUR = timedelta(hours=1)


def test_an_instrument_is_stored_once_until_it_changes(
    session: Session, make: Any, now: datetime
) -> None:
    first = make.instrument()
    assert instruments.remember(session, "paper", [first], now=now) == ["BTCUSDT"]
    assert instruments.remember(session, "paper", [first], now=now + HOUR) == []
    changed = make.instrument(tick_size=Decimal("0.5"), funding_interval=timedelta(hours=4))
    both = [changed, make.instrument(symbol="ETHUSDT")]
    found = instruments.remember(session, "paper", both, now=now + 2 * HOUR)
    assert sorted(found) == ["BTCUSDT", "ETHUSDT"]
    assert session.scalar(select(func.count()).select_from(InstrumentRow)) == 3


def test_the_filters_in_force_are_those_of_the_moment(
    session: Session, make: Any, now: datetime
) -> None:
    first, second = make.instrument(), make.instrument(is_trading=False)
    instruments.remember(session, "paper", [first], now=now)
    instruments.remember(session, "paper", [second], now=now + HOUR)
    moments = [now - HOUR, now, now + HOUR / 2, now + HOUR, now + 9 * HOUR]
    found = [instruments.in_force(session, "paper", "BTCUSDT", at=at) for at in moments]
    assert found == [None, first, first, second, second]
    assert instruments.in_force(session, "live", "BTCUSDT", at=now) is None


@pytest.mark.parametrize("behind", [timedelta(0), timedelta(seconds=5)])
def test_filters_that_change_by_a_clock_that_is_behind_are_remembered_all_the_same(
    session: Session, make: Any, now: datetime, behind: timedelta
) -> None:
    first, second = make.instrument(), make.instrument(tick_size=Decimal("0.5"))
    instruments.remember(session, "paper", [first], now=now)
    assert instruments.remember(session, "paper", [second], now=now - behind) == ["BTCUSDT"]
    found = [instruments.in_force(session, "paper", "BTCUSDT", at=at) for at in (now, now + HOUR)]
    assert found == [first, second]


def test_candles_stay_as_first_seen(session: Session, make: Any, now: datetime) -> None:
    def remember(*bars: Any) -> int:
        return candles.remember(session, "paper", "BTCUSDT", Interval.H1, bars)

    first, second = make.candle(), make.candle(opened_at=now + HOUR)
    assert remember(first) == 1
    assert remember(make.candle(close=Decimal(101)), second) == 1
    assert remember() == 0
    stored = candles.between(
        session, "paper", "BTCUSDT", Interval.H1, since=now, until=now + 2 * HOUR
    )
    assert stored == [first, second]
    early = candles.between(session, "paper", "BTCUSDT", Interval.H1, since=now, until=now + HOUR)
    assert early == [first]


def test_funding_rates_are_stored_once(session: Session, now: datetime) -> None:
    rate = FundingRate("BTCUSDT", Decimal("-0.000125"), now)
    assert funding.remember(session, "paper", [rate]) == 1
    later = FundingRate("BTCUSDT", Decimal("0.0001"), now + 8 * HOUR)
    assert funding.remember(session, "paper", [rate, later]) == 1


def seen(session: Session, key: AccountKey, now: datetime, quantity: str) -> Any:
    return discrepancies.open_or_update(
        session,
        key,
        kind=DiscrepancyKind.QUANTITY_MISMATCH,
        subject="BTCUSDT",
        evidence={"here": Decimal(quantity)},
        now=now,
    )


def test_a_discrepancy_that_is_seen_again_is_one_row_with_the_newest_evidence(
    session: Session, key: AccountKey, now: datetime
) -> None:
    assert seen(session, key, now, "1") == seen(session, key, now + HOUR, "2.50")
    (found,) = open_discrepancies(session, key)
    assert (found.times_seen, found.evidence) == (2, {"here": "2.5"})
    assert (found.first_seen_at, found.last_seen_at) == (now, now + HOUR)
    (known,) = discrepancies.open_ones(session, key)
    assert (known.id, known.kind, known.subject) == (found.id, found.kind, "BTCUSDT")


def test_a_resolved_discrepancy_says_what_was_done_and_may_come_back(
    session: Session, key: AccountKey, now: datetime
) -> None:
    first = seen(session, key, now, "1")
    which = {"kind": DiscrepancyKind.QUANTITY_MISMATCH, "subject": "BTCUSDT"}
    done = {"resolution": "took the exchange's quantity", "now": now + HOUR}
    assert discrepancies.resolve(session, key, **which, **done)
    assert not discrepancies.resolve(session, key, **which, **done)
    assert open_discrepancies(session, key) == []
    second = seen(session, key, now + 2 * HOUR, "1")
    assert [found.id for found in recent_discrepancies(session, key)] == [second, first]
    assert recent_discrepancies(session, key)[1].resolution == "took the exchange's quantity"


def test_a_heartbeat_keeps_the_newest_beat(
    session: Session, key: AccountKey, now: datetime
) -> None:
    heartbeats.beat(session, key, "position_sync", now=now)
    heartbeats.beat(session, key, "position_sync", now=now + HOUR, detail="3 fills")
    heartbeats.beat(session, key, "monitor", now=now)
    beats = all_heartbeats(session, key)
    assert [(beat.component, beat.beat_at, beat.detail) for beat in beats] == [
        ("monitor", now, ""),
        ("position_sync", now + HOUR, "3 fills"),
    ]
    assert beats[0].recorded_at < beats[1].recorded_at or beats[0].recorded_at > now

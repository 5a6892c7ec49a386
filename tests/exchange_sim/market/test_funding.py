"""When funding is settled and at which rate."""

from decimal import Decimal

from hypothesis import example, given
from hypothesis import strategies as st

from exchange_sim.market.funding import DEFAULT_RATE, Funding, KnownRates
from exchange_sim.market.intervals import HOUR_MS

EIGHT = 8 * HOUR_MS
# Settlements at 16:00, 24:00 and, the interval having shrunk, 28:00.
KNOWN = KnownRates(
    (2 * EIGHT, 3 * EIGHT, 3 * EIGHT + EIGHT // 2),
    (Decimal("0.0003"), Decimal("-0.0002"), Decimal("0.0004")),
)


def hours(funding: Funding, after: int, until: int) -> list[int]:
    events = funding.events(after * HOUR_MS, until * HOUR_MS)
    return [event.ts_ms // HOUR_MS for event in events]


def test_without_a_file_funding_is_constant_on_the_utc_grid() -> None:
    funding = Funding("BTCUSDT", 480, 0)
    events = funding.events(0, 3 * EIGHT)
    assert [event.ts_ms for event in events] == [EIGHT, 2 * EIGHT, 3 * EIGHT]
    assert {event.rate for event in events} == {DEFAULT_RATE}


def test_recorded_settlements_replace_the_grid_where_they_reach() -> None:
    funding = Funding("BTCUSDT", 480, 0, known=KNOWN)
    assert hours(funding, 0, 48) == [8, 16, 24, 28, 32, 40, 48]
    rates = [event.rate for event in funding.events(EIGHT, 4 * EIGHT)]
    assert rates == [*KNOWN.rates, DEFAULT_RATE]


def test_there_is_no_funding_before_the_first_candle() -> None:
    funding = Funding("BTCUSDT", 480, 2 * EIGHT, known=KNOWN)
    assert hours(funding, 0, 24) == [16, 24]
    assert funding.next_after(0).ts_ms == 2 * EIGHT


def test_the_latest_settlements_come_newest_first() -> None:
    funding = Funding("BTCUSDT", 480, 0, known=KNOWN)
    latest = funding.latest(EIGHT, 4 * EIGHT, 2)
    assert [event.ts_ms // HOUR_MS for event in latest] == [32, 28]
    assert len(funding.latest(EIGHT, 4 * EIGHT, 99)) == 5


@example(27 * HOUR_MS, KNOWN)
@given(st.integers(0, 6 * EIGHT), st.sampled_from([KNOWN, KnownRates((), ())]))
def test_the_next_settlement_is_the_first_one_after_now(now_ms: int, known: KnownRates) -> None:
    funding = Funding("BTCUSDT", 480, 0, known=known)
    assert funding.next_after(now_ms) == funding.events(now_ms, now_ms + 2 * EIGHT)[0]

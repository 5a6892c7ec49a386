"""Market data of the simulated exchange, read through the gateway."""

from datetime import timedelta
from decimal import Decimal

import pytest

from adapters.bybit.gateway import BybitGateway
from tests.contract.gateway.conftest import SYMBOL, Venue
from trading.candles import Interval, require_complete
from trading.errors import ExchangeRefusedError


def test_instruments_carry_their_filters(gateway: BybitGateway) -> None:
    (instrument,) = gateway.instruments({SYMBOL, "NOSUCHUSDT"})

    assert instrument.symbol == SYMBOL
    assert instrument.tick_size == Decimal("0.10")
    assert instrument.is_trading


def test_a_ticker_is_of_the_market_s_moment(gateway: BybitGateway) -> None:
    ticker = gateway.ticker(SYMBOL)

    assert ticker.bid < ticker.ask
    assert ticker.taken_at == gateway.server_time() < ticker.next_funding_at


@pytest.mark.parametrize(
    ("interval", "count"), [(Interval.M5, 1200), (Interval.H1, 300), (Interval.H4, 60)]
)
def test_candles_are_complete_and_closed_whatever_the_moment(
    venue: Venue, interval: Interval, count: int
) -> None:
    venue.advance(timedelta(minutes=37))
    now = venue.gateway.server_time()

    candles = venue.gateway.candles(SYMBOL, interval, count=count, now=now)
    mark_candles = venue.gateway.mark_candles(SYMBOL, interval, count=24, now=now)

    require_complete(SYMBOL, candles, interval=interval, count=count, now=now)
    require_complete(SYMBOL, mark_candles, interval=interval, count=24, now=now)


def test_a_closed_candle_never_changes_afterwards(venue: Venue) -> None:
    now = venue.gateway.server_time()
    before = venue.gateway.candles(SYMBOL, Interval.H1, count=24, now=now)

    venue.advance(timedelta(minutes=90))

    assert venue.gateway.candles(SYMBOL, Interval.H1, count=24, now=now) == before


def test_funding_is_settled_every_eight_hours(venue: Venue) -> None:
    venue.advance(timedelta(hours=1))
    now = venue.gateway.server_time()

    rates = venue.gateway.funding_history(SYMBOL, since=now - timedelta(days=2), until=now)

    assert {rate.settled_at.hour for rate in rates} == {0, 8, 16}
    assert len(rates) == 6


def test_the_crowd_is_recorded_up_to_the_market_s_hour(venue: Venue) -> None:
    venue.advance(timedelta(minutes=37))
    hour = Interval.H1.floor(venue.gateway.server_time())

    interest = venue.gateway.open_interest(SYMBOL)
    ratio = venue.gateway.account_ratio(SYMBOL)

    assert [one.recorded_at for one in interest] == [
        hour - age * timedelta(hours=1) for age in range(24, -1, -1)
    ]
    assert all(one.quantity > 0 for one in interest)
    assert ratio is not None
    assert (ratio.recorded_at, ratio.long_fraction + ratio.short_fraction) == (hour, 1)


def test_a_symbol_that_does_not_exist_is_refused(gateway: BybitGateway) -> None:
    with pytest.raises(ExchangeRefusedError):
        gateway.ticker("NOSUCHUSDT")

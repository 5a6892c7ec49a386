"""The catalogue of instruments and the derivation for symbols it does not know."""

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange_sim.market.catalogue import catalogue, derive, instrument_for, listing
from exchange_sim.market.errors import MarketDataError


def test_at_least_25_symbols_are_listed_with_unique_ids() -> None:
    listings = catalogue().listings.values()
    assert len(listings) >= 25
    assert len({one.instrument.symbol_id for one in listings}) == len(listings)


def test_bitcoin_follows_the_documented_row() -> None:
    bitcoin = listing("BTCUSDT").instrument
    assert (bitcoin.symbol_id, bitcoin.launch_time_ms) == (5, 1585526400000)
    assert str(bitcoin.tick_size) == "0.10"
    assert str(bitcoin.max_price) == "1999999.80"
    assert (str(bitcoin.max_qty), str(bitcoin.max_market_qty)) == ("1190.000", "500.000")
    assert str(bitcoin.max_leverage) == "100.00"


def test_the_bitcoin_ladder_has_the_three_observed_tiers() -> None:
    tiers = listing("BTCUSDT").instrument.risk_tiers
    assert [
        (tier.limit_value, str(tier.maintenance_rate), str(tier.max_leverage), tier.deduction)
        for tier in tiers
    ] == [
        (2_000_000, "0.005", "100.00", 0),
        (4_000_000, "0.01", "57.14", 10_000),
        (6_000_000, "0.015", "40.00", 30_000),
    ]


@pytest.mark.parametrize("symbol", ["BTCUSDT", "SOLUSDT"])
def test_maintenance_margin_does_not_jump_between_tiers(symbol: str) -> None:
    tiers = listing(symbol).instrument.risk_tiers
    for lower, higher in pairwise(tiers):
        edge = lower.limit_value
        below = edge * lower.maintenance_rate - lower.deduction
        assert edge * higher.maintenance_rate - higher.deduction == below


def test_an_unlisted_symbol_is_refused_by_the_listing() -> None:
    with pytest.raises(MarketDataError, match=r"'NOPEUSDT' is not listed; listed are .*BTCUSDT"):
        listing("NOPEUSDT")


def test_a_listed_symbol_keeps_its_own_rules_whatever_its_price() -> None:
    assert instrument_for("BTCUSDT", Decimal(1), 0) is listing("BTCUSDT").instrument


@pytest.mark.parametrize(
    ("price", "tick", "step", "funding_minutes"),
    [
        ("64000", "1", "0.0001", 480),
        ("123.4", "0.01", "0.1", 480),
        ("0.5", "0.00001", "10", 480),
        ("0.00034", "0.00000001", "10000", 240),
    ],
)
def test_rules_of_an_unknown_symbol_follow_from_its_price(
    price: str, tick: str, step: str, funding_minutes: int
) -> None:
    rules = derive("NEWUSDT", Decimal(price), 7)
    assert (rules.tick_size, rules.qty_step) == (Decimal(tick), Decimal(step))
    assert (rules.funding_interval_min, rules.launch_time_ms) == (funding_minutes, 7)


@given(st.decimals("0.00000001", "1000000", places=8))
def test_any_price_gives_valid_rules(price: Decimal) -> None:
    rules = derive("NEWUSDT", price, 0)
    assert rules.min_qty * price <= 20
    assert rules.min_price <= price <= rules.max_price

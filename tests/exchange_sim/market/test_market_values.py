"""Values refuse what cannot be."""

from dataclasses import replace
from decimal import Decimal

import pytest

from exchange_sim.market.catalogue import listing
from exchange_sim.market.errors import MarketDataError
from exchange_sim.market.values import Book, FundingEvent, RiskTier, Tick

ONE = Decimal(1)
TIER = RiskTier(Decimal(200_000), Decimal("0.01"), Decimal("0.02"), Decimal(50), Decimal(0))


@pytest.mark.parametrize("field", ["last", "mark", "index"])
def test_a_tick_without_a_positive_price_is_refused(field: str) -> None:
    tick = Tick(5, "BTCUSDT", ONE, ONE, ONE)
    with pytest.raises(MarketDataError, match="every price must be above 0"):
        replace(tick, **{field: Decimal(0)})


@pytest.mark.parametrize("rate", ["1", "-1", "NaN"])
def test_a_funding_rate_that_is_no_fraction_is_refused(rate: str) -> None:
    with pytest.raises(MarketDataError, match=r"within -1\.\.1"):
        FundingEvent(0, "BTCUSDT", Decimal(rate))


@pytest.mark.parametrize(
    ("bids", "asks", "complaint"),
    [
        ([99, 99], [101], "bids must fall"),
        ([99], [102, 101], "asks must rise"),
        ([101], [101], "crossed"),
    ],
)
def test_a_disordered_book_is_refused(bids: list[int], asks: list[int], complaint: str) -> None:
    def levels(prices: list[int]) -> tuple[tuple[Decimal, Decimal], ...]:
        return tuple((Decimal(price), ONE) for price in prices)

    with pytest.raises(MarketDataError, match=complaint):
        Book(levels(bids), levels(asks))


@pytest.mark.parametrize(
    ("field", "value", "complaint"),
    [
        ("limit_value", "0", "limit_value is 0"),
        ("maintenance_rate", "0.02", "must be below the initial rate"),
        ("initial_rate", "1.5", "at most 1"),
        ("deduction", "-1", "deduction is -1"),
    ],
)
def test_an_impossible_risk_tier_is_refused(field: str, value: str, complaint: str) -> None:
    with pytest.raises(MarketDataError, match=complaint):
        replace(TIER, **{field: Decimal(value)})


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"base_coin": "ETH"}, "followed by USDT"),
        ({"tick_size": Decimal(0)}, "tick_size is 0"),
        ({"min_price": Decimal(2_000_000)}, "must be below max_price"),
        ({"max_market_qty": Decimal(2000)}, "must not fall"),
        ({"min_qty": Decimal("0.0015")}, "multiples of qty_step"),
        ({"funding_interval_min": 7}, "must divide a day"),
        ({"lower_funding_rate": Decimal("0.001")}, "must enclose 0"),
        ({"risk_tiers": ()}, "ladder is empty"),
        ({"risk_tiers": (TIER, TIER)}, "risk tiers must rise"),
        ({"max_leverage": Decimal(101)}, "first tier's 100.00"),
    ],
)
def test_impossible_trading_rules_are_refused(changes: dict[str, object], complaint: str) -> None:
    with pytest.raises(MarketDataError, match=complaint):
        replace(listing("BTCUSDT").instrument, **changes)

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.trading import builders
from trading.errors import InvariantError
from trading.instruments import is_perpetual

PRICES = st.decimals("0.01", "100000", places=6)
TICKS = st.sampled_from([Decimal(text) for text in ("0.5", "0.05", "0.01", "0.1", "0.0001", "1")])


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        ("BTCUSDT", True),
        ("1000PEPEUSDT", True),
        ("USDT", False),
        ("btcusdt", False),
        ("BTC-USDT", False),
        ("BTCUSDC", False),
        ("BTCUSDT\n", False),
        ("A" * 27 + "USDT", False),
    ],
)
def test_a_perpetual_is_spelled_as_the_exchange_does(name: str, is_one: bool) -> None:
    assert is_perpetual(name) is is_one


@pytest.mark.parametrize(
    ("method", "price", "expected"),
    [
        ("price_down", "100.74", "100.5"),
        ("price_up", "100.74", "101.0"),
        ("price_to_tick", "100.74", "100.5"),
        ("price_to_tick", "100.76", "101.0"),
        ("price_down", "100.5", "100.5"),
        ("price_up", "100.5", "100.5"),
        ("quantity_down", "0.0019", "0.001"),
    ],
)
def test_rounding_goes_to_the_grid(method: str, price: str, expected: str) -> None:
    rounded = getattr(builders.instrument(), method)(Decimal(price))
    assert rounded == Decimal(expected)


@given(price=PRICES, tick=TICKS)
def test_rounded_prices_are_on_the_grid_and_less_than_a_tick_away(
    price: Decimal, tick: Decimal
) -> None:
    instrument = builders.instrument(tick_size=tick)
    down, up = instrument.price_down(price), instrument.price_up(price)
    assert down <= price <= up
    assert up - down in (0, tick)
    assert down % tick == up % tick == 0


@pytest.mark.parametrize("name", ["tick_size", "quantity_step", "minimum_notional_usdt"])
def test_filters_must_be_positive(name: str) -> None:
    with pytest.raises(InvariantError, match=name):
        builders.instrument(**{name: Decimal(0)})


def test_the_minimum_quantity_cannot_exceed_the_maximum() -> None:
    with pytest.raises(InvariantError, match="above the maximum"):
        builders.instrument(minimum_quantity=Decimal(2), maximum_quantity=Decimal(1))

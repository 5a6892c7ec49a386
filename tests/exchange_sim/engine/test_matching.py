"""Book walking and resting fills as plain properties."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange_sim.engine.matching import (
    MatchingPolicy,
    is_worse,
    resting_fill,
    takeable,
    total,
)
from exchange_sim.engine.order_model import Order
from exchange_sim.engine.vocabulary import OrderType, Side
from exchange_sim.market.values import Book, Tick
from tests.exchange_sim.engine.fake_market import instrument

SIZES = st.lists(st.decimals("0.001", 5, places=3), min_size=0, max_size=12)


def book(asks: list[Decimal], bids: list[Decimal]) -> Book:
    """Levels of one USDT around 1,000."""
    return Book(
        tuple((Decimal(999 - number), size) for number, size in enumerate(bids)),
        tuple((Decimal(1000 + number), size) for number, size in enumerate(asks)),
    )


@given(
    SIZES, SIZES, st.sampled_from(Side), st.decimals("0.001", 30, places=3), st.integers(990, 1010)
)
def test_a_taker_gets_the_best_levels_within_its_limit_and_no_more(
    asks: list[Decimal], bids: list[Decimal], side: Side, quantity: Decimal, limit: int
) -> None:
    levels = book(asks, bids)
    fills = takeable(levels, side, quantity, Decimal(limit))
    offered = levels.asks if side is Side.BUY else levels.bids
    within = sum(size for price, size in offered if not is_worse(price, Decimal(limit), side))
    assert total(fills) == min(quantity, within)
    assert [fill.price for fill in fills] == [price for price, _ in offered[: len(fills)]]
    assert all(fill.quantity > 0 and not fill.is_maker for fill in fills)


def resting(side: str, price: object, filled: object = 0) -> Order:
    return Order(
        order_id="a",
        symbol="BTCUSDT",
        side=Side(side),
        order_type=OrderType.LIMIT,
        quantity=Decimal("0.010"),
        filled_quantity=Decimal(str(filled)),
        price=Decimal(str(price)),
        created_ms=0,
        updated_ms=0,
    )


@pytest.mark.parametrize(
    ("side", "last", "touch", "fills"),
    [
        ("Buy", "999.9", False, True),
        ("Buy", "1000", False, False),
        ("Buy", "1000", True, True),
        ("Buy", "1000.1", True, False),
        ("Sell", "1000.1", False, True),
        ("Sell", "1000", False, False),
        ("Sell", "1000", True, True),
        ("Sell", "999.9", True, False),
    ],
)
def test_a_resting_order_at_1000_fills_as_the_table_says(
    side: str, last: str, touch: bool, fills: bool
) -> None:
    price = Decimal(last)
    tick = Tick(0, "BTCUSDT", price, price, price)
    fill = resting_fill(resting(side, 1000), tick, instrument(), MatchingPolicy(touch_fills=touch))
    assert (fill is not None) is fills
    if fill is not None:
        assert (fill.price, fill.quantity, fill.is_maker) == (1000, Decimal("0.010"), True)


@given(st.decimals("0.05", 1, places=2), st.integers(0, 9))
def test_parts_are_whole_steps_and_always_finish(fraction: Decimal, filled: int) -> None:
    tick = Tick(0, "BTCUSDT", Decimal(900), Decimal(900), Decimal(900))
    order = resting("Buy", 1000, Decimal(filled) / 1000)
    fill = resting_fill(order, tick, instrument(), MatchingPolicy(maker_fraction=fraction))
    assert fill is not None
    assert 0 < fill.quantity <= order.rest
    assert fill.quantity % Decimal("0.001") == 0

"""The synthetic order book."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange_sim.market.book import book_around
from exchange_sim.market.catalogue import catalogue, listing
from exchange_sim.market.errors import MarketDataError

BITCOIN = listing("BTCUSDT").instrument


def test_best_prices_are_one_tick_around_the_last_price() -> None:
    book = book_around(BITCOIN, Decimal("60000.0"), 0, 3)
    assert [price for price, _ in book.bids] == [
        Decimal("59999.9"),
        Decimal("59999.8"),
        Decimal("59999.7"),
    ]
    assert book.asks[0][0] == Decimal("60000.1")


def test_a_last_price_off_the_grid_lies_between_the_nearest_grid_prices() -> None:
    book = book_around(BITCOIN, Decimal("60000.03"), 0, 1)
    assert (book.bids[0][0], book.asks[0][0]) == (Decimal("60000.0"), Decimal("60000.1"))


def test_deeper_levels_are_larger_and_on_the_size_step() -> None:
    sizes = [size for _, size in book_around(BITCOIN, Decimal(60000), 0, 50).asks]
    assert sizes == sorted(sizes)
    assert all(size % BITCOIN.qty_step == 0 and size > 0 for size in sizes)


def test_sizes_change_from_second_to_second_and_not_within_one() -> None:
    books = [book_around(BITCOIN, Decimal(60000), moment, 1) for moment in (0, 999, 1000)]
    assert books[0] == books[1] != books[2]


def test_prices_outside_the_limits_are_left_out() -> None:
    floor = book_around(BITCOIN, Decimal("0.2"), 0, 5)
    assert [price for price, _ in floor.bids] == [Decimal("0.1")]
    low_ceiling = replace(BITCOIN, max_price=Decimal(60000))
    assert book_around(low_ceiling, Decimal(60000), 0, 5).asks == ()


@pytest.mark.parametrize("depth", [0, -1, 1001])
def test_a_depth_out_of_range_is_refused(depth: int) -> None:
    with pytest.raises(MarketDataError, match=rf"depth is {depth}; it must be 1\.\.1000"):
        book_around(BITCOIN, Decimal(60000), 0, depth)


@given(
    symbol=st.sampled_from(sorted(catalogue().listings)),
    moment=st.integers(0, 4_000_000_000_000),
)
def test_thirty_levels_fill_the_largest_market_order(symbol: str, moment: int) -> None:
    one = listing(symbol)
    book = book_around(one.instrument, one.typical_price, moment, 40)
    for side in (book.bids, book.asks):
        assert sum(size for _, size in side) >= one.instrument.max_market_qty

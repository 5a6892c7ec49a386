"""The small values the engine is built from: ledger, ids, rounding, price limits, words."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange_sim.engine.identifiers import Identifiers
from exchange_sim.engine.ledger import Counter, Ledger
from exchange_sim.engine.margin import Terms
from exchange_sim.engine.money import booked, ceil_to, floor_to, on_grid, part
from exchange_sim.engine.order_model import NO_PROTECTION, Slippage
from exchange_sim.engine.price_limits import nearest_allowed, worst_market_price
from exchange_sim.engine.vocabulary import Side, StopOrderType
from exchange_sim.market.values import Tick
from tests.exchange_sim.engine.fake_market import instrument

AMOUNTS = st.decimals(-(10**9), 10**9, places=8)


@given(st.lists(st.tuples(st.sampled_from(["a", "b"]), AMOUNTS, st.sampled_from(Counter))))
def test_every_booking_has_two_sides(moves: list[tuple[str, Decimal, Counter]]) -> None:
    ledger = Ledger()
    for account, amount, counter in moves:
        ledger.move(account, amount, counter)
        ledger.shift(Counter.MARKET, counter, amount)
    assert ledger.total() == 0


def test_an_unrounded_amount_is_not_booked() -> None:
    with pytest.raises(ValueError, match="more than 8 decimals"):
        Ledger().move("a", Decimal("0.000000001"), Counter.FEES)


def test_ids_look_like_uuids_differ_and_repeat_on_every_run() -> None:
    one, other = Identifiers(), Identifiers()
    ids = [one.next_uuid() for _ in range(1000)]
    assert len(set(ids)) == 1000
    assert ids[:2] == [other.next_uuid(), other.next_uuid()]
    assert {len(value) for value in ids} == {36}


def test_sequences_grow_per_symbol() -> None:
    ids = Identifiers()
    assert [ids.next_sequence(name) for name in ("A", "A", "B")] == [1, 2, 1]


@given(st.decimals("0.001", 10**6, places=3), st.sampled_from(["0.1", "0.5", "0.05", "0.000005"]))
def test_rounding_to_a_grid_encloses_the_value(value: Decimal, step: str) -> None:
    low, high = floor_to(value, Decimal(step)), ceil_to(value, Decimal(step))
    assert low <= value <= high
    assert high - low in (0, Decimal(step))
    assert on_grid(low, Decimal(step))


@given(AMOUNTS, st.decimals("0.001", 1000, places=3), st.decimals("0.001", 1000, places=3))
def test_shares_of_an_amount_leave_a_rest_that_fits(
    amount: Decimal, share: Decimal, more: Decimal
) -> None:
    taken = part(amount, share, share + more)
    assert abs(taken) <= abs(amount)
    assert taken == booked(taken)
    assert part(amount, share, share) == amount


@pytest.mark.parametrize(
    ("side", "asked", "allowed"),
    [
        ("Buy", 61_000, 60_600),  # mark (1 + X)
        ("Buy", 60_000, 60_000),
        ("Sell", 59_000, 59_400),
        ("Sell", 70_000, 70_000),
    ],
)
def test_prices_are_brought_into_the_band_around_the_mark(
    side: str, asked: int, allowed: int
) -> None:
    rules = instrument(price_limit_x=Decimal("0.01"), price_limit_y=Decimal("0.02"))
    price = Decimal(60_000)
    tick = Tick(0, "BTCUSDT", price, price, price)
    assert nearest_allowed(rules, tick, Side(side), Decimal(asked)) == allowed


def test_the_index_widens_the_band_up_to_the_outer_limit() -> None:
    rules = instrument(price_limit_x=Decimal("0.01"), price_limit_y=Decimal("0.02"))
    tick = Tick(0, "BTCUSDT", Decimal(60_000), Decimal(60_000), Decimal(62_000))
    assert nearest_allowed(rules, tick, Side.BUY, Decimal(90_000)) == 61_200


@pytest.mark.parametrize(
    ("slippage", "buy", "sell"),
    [
        (None, "63000", "57000"),
        (Slippage("TickSize", Decimal(5)), "60000.5", "59999.5"),
        (Slippage("Percent", Decimal("0.5")), "60300", "59700"),
    ],
)
def test_market_orders_have_a_worst_price(slippage: Slippage | None, buy: str, sell: str) -> None:
    price = Decimal(60_000)
    tick = Tick(0, "BTCUSDT", price, price, price)
    assert worst_market_price(instrument(), tick, Side.BUY, slippage) == Decimal(buy)
    assert worst_market_price(instrument(), tick, Side.SELL, slippage) == Decimal(sell)


@pytest.mark.parametrize(("value", "number"), [(1, 1), (2_000_000, 1), (2_000_001, 2), (10**9, 3)])
def test_the_tier_of_a_value_includes_its_limit(value: int, number: int) -> None:
    assert Terms(instrument(), Decimal(10), Decimal(0)).tier(Decimal(value))[0] == number


def test_maintenance_is_continuous_between_tiers() -> None:
    terms = Terms(instrument(), Decimal(10), Decimal(0))
    for limit in (2_000_000, 4_000_000):
        value = Decimal(limit)
        (_, lower), (_, upper) = terms.tier(value), terms.tier(value + 1)
        assert value * lower.maintenance_rate - lower.deduction == (
            value * upper.maintenance_rate - upper.deduction
        )


def test_words_know_what_they_mean() -> None:
    assert (Side.BUY.sign, Side.SELL.sign, Side.BUY.opposite) == (1, -1, Side.SELL)
    assert StopOrderType.TRAILING_STOP.limits_loss
    assert not StopOrderType.TAKE_PROFIT.limits_loss
    assert not StopOrderType.STOP.protects
    assert not NO_PROTECTION

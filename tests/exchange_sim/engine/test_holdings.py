"""Position arithmetic against a plain twin in exact fractions."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange_sim.engine.holdings import Effect, Holding, Match, apply
from exchange_sim.engine.money import booked
from exchange_sim.engine.vocabulary import Side

EMPTY = Holding(symbol="BTCUSDT", position_idx=0)
MATCHES = st.lists(
    st.tuples(
        st.sampled_from(Side),
        st.decimals("0.001", 50, places=3),
        st.decimals("0.1", 100_000, places=1),
    ),
    min_size=1,
    max_size=25,
)


def match(
    side: Side, quantity: object, price: object, fee: object = 0, time_ms: int = 1, seq: int = 1
) -> Match:
    return Match(
        side, Decimal(str(quantity)), Decimal(str(price)), Decimal(str(fee)), time_ms, seq
    )


@dataclass
class Twin:
    """Signed size and average cost, the way a textbook writes it."""

    size: Fraction = Fraction(0)
    average: Fraction = Fraction(0)
    realised: Fraction = Fraction(0)

    def trade(self, signed: Fraction, price: Fraction) -> None:
        if self.size * signed >= 0:
            total = self.size + signed
            self.average = (self.size * self.average + signed * price) / total
            self.size = total
            return
        closed = min(abs(self.size), abs(signed))
        direction = 1 if self.size > 0 else -1
        self.realised += direction * closed * (price - self.average)
        self.size += signed
        if self.size == 0:
            self.average = Fraction(0)
        elif self.size * signed > 0:
            self.average = price


@given(MATCHES)
def test_size_average_and_result_agree_with_the_textbook(
    stream: list[tuple[Side, Decimal, Decimal]],
) -> None:
    holding, twin, cash = EMPTY, Twin(), Decimal(0)
    for number, (side, quantity, price) in enumerate(stream):
        effect = apply(holding, match(side, quantity, price, seq=number))
        holding, cash = effect.holding, cash + effect.cash_flow
        twin.trade(Fraction(quantity) * side.sign, Fraction(price))
        assert Fraction(holding.signed_size) == twin.size
        assert abs(Fraction(holding.average_price) - twin.average) < Fraction(1, 10**6)
        assert abs(Fraction(cash) - twin.realised) <= Fraction(len(stream), 10**7)
        assert holding.cumulative_realised == cash


@given(MATCHES)
def test_a_round_trip_leaves_exactly_what_was_received_minus_what_was_paid(
    stream: list[tuple[Side, Decimal, Decimal]],
) -> None:
    holding, cash, flow = EMPTY, Decimal(0), Decimal(0)
    for side, quantity, price in stream:
        effect = apply(holding, match(side, quantity, price))
        holding, cash = effect.holding, cash + effect.cash_flow
        flow -= side.sign * quantity * price
    if holding.side is not None:
        effect = apply(holding, match(holding.side.opposite, holding.size, 500))
        flow += holding.side.sign * holding.size * 500
        holding, cash = effect.holding, cash + effect.cash_flow
    assert (holding.side, holding.size, holding.entry_value, holding.average_price) == (
        None,
        0,
        0,
        0,
    )
    assert cash == flow


def test_the_last_part_of_a_close_releases_what_rounding_left() -> None:
    holding = EMPTY
    for price in (100, 100, 101):
        holding = apply(holding, match(Side.BUY, 1, price)).holding
    released = []
    for _ in range(3):
        effect = apply(holding, match(Side.SELL, 1, 100))
        holding = effect.holding
        released.append(effect.entry_value)
    assert released == [Decimal("100.33333333")] * 2 + [Decimal("100.33333334")]


@given(MATCHES, st.decimals(0, 1, places=8))
def test_opening_fees_are_charged_to_closes_once(
    stream: list[tuple[Side, Decimal, Decimal]], fee: Decimal
) -> None:
    holding, charged = EMPTY, Decimal(0)
    for side, quantity, price in stream:
        effect = apply(holding, match(side, quantity, price, fee))
        holding = effect.holding
        charged += effect.open_fee + effect.close_fee
    assert charged + holding.open_fee == fee * len(stream)


@pytest.mark.parametrize(
    ("before", "after", "closed", "cash"),
    [
        ((Side.BUY, "1", "100"), (Side.BUY, "2", "110"), "0", "0"),
        ((Side.SELL, "1", "100"), (None, "0", "0"), "1", "-20"),
        ((Side.SELL, "3", "100"), (Side.SELL, "2", "100"), "1", "-20"),
        ((Side.SELL, "0.25", "100"), (Side.BUY, "0.75", "120"), "0.25", "-5"),
        (None, (Side.BUY, "1", "120"), "0", "0"),
    ],
    ids=["increase", "close", "reduce", "flip", "open"],
)
def test_a_buy_of_one_at_120_does_what_the_table_says(
    before: tuple[Side, str, str] | None,
    after: tuple[Side | None, str, str],
    closed: str,
    cash: str,
) -> None:
    holding = EMPTY
    if before is not None:
        holding = apply(EMPTY, match(*before)).holding
    effect: Effect = apply(holding, match(Side.BUY, 1, 120))
    found = effect.holding
    assert (found.side, found.size, found.average_price) == (
        after[0],
        Decimal(after[1]),
        Decimal(after[2]),
    )
    assert (effect.closed_size, effect.cash_flow) == (Decimal(closed), Decimal(cash))


def test_times_tell_when_the_symbol_was_first_traded_and_when_this_holding_began() -> None:
    first = apply(EMPTY, match(Side.BUY, 1, 100, time_ms=10, seq=3)).holding
    flat = apply(first, match(Side.SELL, 1, 100, time_ms=20, seq=4)).holding
    again = apply(flat, match(Side.SELL, 1, 100, time_ms=30, seq=9)).holding
    assert (again.created_ms, again.opened_ms, again.updated_ms, again.seq) == (10, 30, 30, 9)


def test_the_result_of_a_holding_starts_afresh_and_the_total_goes_on() -> None:
    first = apply(EMPTY, match(Side.BUY, 1, 100, fee="0.5")).holding
    flat = apply(first, match(Side.SELL, 1, 110, fee="0.5")).holding
    again = apply(flat, match(Side.BUY, 1, 110, fee="0.25")).holding
    assert (flat.current_realised, flat.cumulative_realised) == (9, 9)
    assert (again.current_realised, again.cumulative_realised) == (
        Decimal("-0.25"),
        Decimal("8.75"),
    )


@given(MATCHES, st.decimals("0.1", 100_000, places=1))
def test_unrealised_is_what_closing_at_the_mark_would_book(
    stream: list[tuple[Side, Decimal, Decimal]], mark: Decimal
) -> None:
    holding = EMPTY
    for side, quantity, price in stream:
        holding = apply(holding, match(side, quantity, price)).holding
    expected = Decimal(0)
    if holding.side is not None:
        closing = match(holding.side.opposite, holding.size, mark)
        expected = apply(holding, closing).cash_flow
    assert booked(holding.unrealised(mark)) == expected

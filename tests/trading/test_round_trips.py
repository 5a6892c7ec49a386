from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.trading import builders
from tests.trading.builders import NOW
from trading.errors import InvariantError
from trading.executions import Execution, ExecutionKind
from trading.orders import Side
from trading.positions import Direction
from trading.round_trips import holdings


def _fill(second: int, quantity: str, side: Side = Side.BUY, **changes: Any) -> Execution:
    amount = Decimal(quantity)
    fields = {
        "execution_id": f"execution-{second}",
        "executed_at": NOW + timedelta(seconds=second),
        "side": side,
        "quantity": amount,
        "value_usdt": amount * 40_000,
        "fee_usdt": amount * 22,
    }
    return builders.execution(**(fields | changes))


def _funding(second: int, fee: str) -> Execution:
    return _fill(second, "0.1", kind=ExecutionKind.FUNDING, fee_usdt=Decimal(fee))


def test_nothing_executed_is_nothing_held() -> None:
    assert holdings([]) == []


def test_a_position_from_flat_to_flat_is_closed() -> None:
    rows = [_fill(0, "0.1"), _funding(5, "0.4"), _fill(9, "0.1", Side.SELL)]
    (holding,) = holdings(rows)
    assert holding.executions == tuple(rows)
    assert holding.is_closed
    assert (holding.entry, holding.last) == (rows[0], rows[2])
    assert (holding.fees_usdt, holding.funding_usdt) == (Decimal("4.4"), Decimal("-0.4"))


def test_the_entry_price_is_averaged_over_all_entries() -> None:
    more = _fill(3, "0.2", price=Decimal(43_000))
    (holding,) = holdings([_fill(0, "0.1"), more, _fill(4, "0.05", Side.SELL)])
    assert (holding.entry_price, holding.entered_quantity) == (42_000, Decimal("0.3"))
    assert holding.remaining == Decimal("0.25")
    assert not holding.is_closed


def test_two_positions_in_a_row_are_two_holdings() -> None:
    rows = [
        _fill(0, "0.1"),
        _fill(1, "0.1", Side.SELL),
        _fill(2, "0.3", Side.SELL),
        _fill(3, "0.1"),
    ]
    first, second = holdings(rows)
    assert (first.direction, first.is_closed) == (Direction.LONG, True)
    assert (second.direction, second.remaining) == (Direction.SHORT, Decimal("0.2"))


def test_the_order_of_rows_does_not_matter() -> None:
    rows = [_fill(0, "0.1"), _fill(1, "0.1", Side.SELL), _fill(2, "0.1", Side.SELL)]
    assert holdings(rows[::-1]) == holdings(rows)


def test_a_fill_through_zero_is_cut_in_two() -> None:
    through = _fill(1, "0.4", Side.SELL, closed_quantity=Decimal("0.1"))
    long, short = holdings([_fill(0, "0.1"), through])
    assert (long.last.quantity, long.last.fee_usdt) == (Decimal("0.1"), Decimal("2.2"))
    assert (short.entry.quantity, short.entry.fee_usdt) == (Decimal("0.3"), Decimal("6.6"))
    assert long.last.value_usdt + short.entry.value_usdt == through.value_usdt


@given(
    held=st.integers(1, 998),
    fee=st.decimals("0.00000001", 50, places=10, allow_nan=False),
)
def test_the_parts_of_a_cut_fill_are_the_fill_to_the_last_digit(held: int, fee: Decimal) -> None:
    part = Decimal(held) / 1000
    through = _fill(1, "0.999", Side.SELL, fee_usdt=fee, closed_quantity=part)
    long, short = holdings([_fill(0, str(part)), through])
    for amount in ("quantity", "value_usdt", "fee_usdt"):
        parts = getattr(long.last, amount), getattr(short.entry, amount)
        assert sum(parts) == getattr(through, amount)
        assert all(one == round(one, 18) for one in parts)


@given(held=st.integers(1, 998), fee=st.decimals("0.00000001", 50, places=10, allow_nan=False))
def test_what_a_cut_fill_opens_is_the_same_without_what_it_closed(held: int, fee: Decimal) -> None:
    part = Decimal(held) / 1000
    through = _fill(1, "0.999", Side.SELL, fee_usdt=fee, closed_quantity=part)
    _, opened = holdings([_fill(0, str(part)), through])
    assert holdings([through]) == [opened]


def test_funding_while_flat_belongs_to_nobody() -> None:
    rows = [_funding(0, "1"), _fill(1, "0.1"), _fill(2, "0.1", Side.SELL), _funding(3, "1")]
    (holding,) = holdings(rows)
    assert holding.executions == tuple(rows[1:3])


@pytest.mark.parametrize(("quantity", "held"), [("0.1", None), ("0.3", "0.2")])
def test_what_closes_an_earlier_position_is_left_out(quantity: str, held: str | None) -> None:
    close = _fill(0, quantity, Side.SELL, closed_quantity=Decimal("0.1"))
    assert [str(holding.remaining) for holding in holdings([close])] == ([held] if held else [])


def test_executions_of_two_symbols_are_refused() -> None:
    with pytest.raises(InvariantError, match="of one symbol"):
        holdings([_fill(0, "0.1"), _fill(1, "0.1", symbol="ETHUSDT")])


@given(moves=st.lists(st.integers(-9, 9).filter(bool), max_size=15))
def test_what_remains_is_the_sum_of_all_fills(moves: list[int]) -> None:
    rows, held = [], 0
    for second, move in enumerate(moves):
        closed = min(abs(move), abs(held)) if move * held < 0 else 0
        side = Side.BUY if move > 0 else Side.SELL
        rows.append(_fill(second, str(abs(move)), side, closed_quantity=Decimal(closed)))
        held += move
    found = holdings(rows)
    open_now = sum(item.direction.sign * item.remaining for item in found)
    assert open_now == held
    assert all(item.is_closed for item in found[:-1])
    fees = sum((item.fees_usdt for item in found), Decimal(0))
    # A row cut in three or seven parts carries a fee rounded in the 28th digit.
    assert fees == pytest.approx(sum((row.fee_usdt for row in rows), Decimal(0)))

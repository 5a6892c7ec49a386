from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trading.account import FeeRates
from trading.costs import Costs
from trading.errors import InvariantError
from trading.positions import Direction

COSTS = Costs(Decimal("0.001"), entry_slippage_bps=Decimal(10), exit_slippage_bps=Decimal(20))
FREE = Costs(Decimal(0), Decimal(0), Decimal(0))


@pytest.mark.parametrize(
    ("direction", "entry", "leave"),
    [(Direction.LONG, "1001", "998"), (Direction.SHORT, "999", "1002")],
)
def test_slippage_is_always_against_us(direction: Direction, entry: str, leave: str) -> None:
    assert COSTS.entry_price(direction, Decimal(1000)) == Decimal(entry)
    assert COSTS.exit_price(direction, Decimal(1000)) == Decimal(leave)


@pytest.mark.parametrize(
    ("direction", "stop", "loss"),
    [
        # 1001 - 900 * 0.998 = 102.8 lost on the price, (1001 + 898.2) * 0.001 on fees.
        (Direction.LONG, 900, "104.6992"),
        # 1100 * 1.002 - 999 = 103.2 and (999 + 1102.2) * 0.001.
        (Direction.SHORT, 1100, "105.3012"),
    ],
)
def test_the_loss_at_the_stop_holds_both_fees_and_both_slippages(
    direction: Direction, stop: int, loss: str
) -> None:
    assert COSTS.loss_per_unit(direction, Decimal(1000), Decimal(stop)) == Decimal(loss)


def test_without_costs_the_loss_is_the_stop_distance() -> None:
    assert FREE.loss_per_unit(Direction.LONG, Decimal(1000), Decimal(900)) == 100
    assert FREE.profit_per_unit(Direction.SHORT, Decimal(1000), Decimal(900)) == 100


def test_costs_in_r_follow_the_published_example() -> None:
    costs = Costs(Decimal("0.00055"), Decimal(2), Decimal(2))
    assert costs.in_r(Decimal(100), Decimal(99)) == Decimal("0.15")
    assert costs.in_r(Decimal(100), Decimal("99.5")) == Decimal("0.30")


PRICES = st.decimals("1", "100000", places=2)


@given(entry=PRICES, leave=PRICES, direction=st.sampled_from(Direction))
def test_costs_never_improve_a_result(
    entry: Decimal, leave: Decimal, direction: Direction
) -> None:
    free = FREE.profit_per_unit(direction, entry, leave)
    assert COSTS.profit_per_unit(direction, entry, leave) < free


def test_the_accounts_own_fee_replaces_the_default() -> None:
    rates = FeeRates(taker=Decimal("0.0004"), maker=Decimal("0.0001"))
    assert COSTS.with_fees(rates) == Costs(Decimal("0.0004"), Decimal(10), Decimal(20))


@pytest.mark.parametrize(
    "changes",
    [
        {"taker_fraction": Decimal("-0.001")},
        {"taker_fraction": Decimal("1.1")},
        {"entry_slippage_bps": Decimal(-1)},
        {"exit_slippage_bps": Decimal(10_000)},
    ],
)
def test_impossible_costs_are_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(InvariantError, match=next(iter(changes))):
        Costs(**changes)

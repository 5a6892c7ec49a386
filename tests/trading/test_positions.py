from decimal import Decimal

import pytest

from tests.trading import builders
from trading.errors import InvariantError
from trading.orders import Side
from trading.positions import Direction


@pytest.mark.parametrize(
    ("direction", "sign", "entry", "leave"),
    [(Direction.LONG, 1, Side.BUY, Side.SELL), (Direction.SHORT, -1, Side.SELL, Side.BUY)],
)
def test_a_direction_knows_its_sides(
    direction: Direction, sign: int, entry: Side, leave: Side
) -> None:
    assert (direction.sign, direction.entry_side, direction.exit_side) == (sign, entry, leave)


def test_notional_is_valued_at_the_mark() -> None:
    assert builders.position().notional_usdt == Decimal(4_010)


@pytest.mark.parametrize(("stop", "expected"), [(None, False), (Decimal(1), True)])
def test_a_position_without_a_stop_is_unprotected(stop: Decimal | None, expected: bool) -> None:
    assert builders.position(stop_loss=stop).is_protected is expected


@pytest.mark.parametrize("name", ["quantity", "entry_price", "mark_price"])
def test_flat_or_worthless_positions_cannot_be_built(name: str) -> None:
    with pytest.raises(InvariantError, match="position"):
        builders.position(**{name: Decimal(0)})

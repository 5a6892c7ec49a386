from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.trading import builders
from trading.orders import Order, OrderStatus, PositionIndex, Side, StopKind
from trading.positions import Direction
from trading.protection import (
    CloseNow,
    IntendedLevels,
    Protected,
    ProtectionAction,
    SetProtection,
    decide_protection,
    holding_stop,
    on_grid,
    protected_quantity,
)

LONG = builders.position()
INTENDED = IntendedLevels(Decimal(39_000), Decimal(42_000))


@pytest.mark.parametrize(
    ("orders", "expected"),
    [
        ([], "0"),
        ([builders.stop_order()], "0.1"),
        ([builders.stop_order(quantity=Decimal(0))], "0.1"),
        ([builders.stop_order(quantity=Decimal(5))], "0.1"),
        ([builders.stop_order(quantity=Decimal("0.04"))], "0.04"),
        (
            [
                builders.stop_order(quantity=Decimal("0.05")),
                builders.stop_order(quantity=Decimal("0.03")),
            ],
            "0.08",
        ),
        ([builders.stop_order(filled_quantity=Decimal("0.06"))], "0.04"),
        ([builders.stop_order(stop_kind=StopKind.STOP)], "0.1"),
    ],
)
def test_stop_orders_cover_the_position(orders: list[Order], expected: str) -> None:
    assert protected_quantity(LONG, orders) == Decimal(expected)


@pytest.mark.parametrize(
    "changes",
    [
        {"symbol": "ETHUSDT"},
        {"side": Side.BUY},
        {"stop_kind": StopKind.TAKE_PROFIT},
        # It may wait for its activation price, and then protects nothing.
        {"stop_kind": StopKind.TRAILING_STOP},
        {"stop_kind": None},
        {"status": OrderStatus.DEACTIVATED},
        {"position_index": PositionIndex.HEDGE_LONG},
    ],
)
def test_other_orders_protect_nothing(changes: dict[str, Any]) -> None:
    assert protected_quantity(LONG, [builders.stop_order(**changes)]) == 0


def _decide(orders: list[Order], naked_seconds: int = 0, **changes: Any) -> ProtectionAction:
    return decide_protection(
        builders.position(**changes),
        orders,
        intended=INTENDED,
        naked_for=timedelta(seconds=naked_seconds),
    )


def test_a_covered_position_is_left_alone() -> None:
    assert _decide([builders.stop_order()], naked_seconds=999) == Protected()


def test_a_stop_on_the_row_without_its_order_is_set_again() -> None:
    assert _decide([]) == SetProtection(
        Decimal(39_600), Decimal(40_800), "stops cover 0 of 0.1 BTCUSDT"
    )


def test_a_lost_stop_is_restored_from_the_intent() -> None:
    action = _decide([], stop_loss=None, take_profit=None)
    assert isinstance(action, SetProtection)
    assert (action.stop_loss, action.take_profit) == (Decimal(39_000), Decimal(42_000))


def test_a_part_that_is_uncovered_is_covered() -> None:
    action = _decide([builders.stop_order(quantity=Decimal("0.04"))])
    assert isinstance(action, SetProtection)
    assert "cover 0.04 of 0.1" in action.detail


@pytest.mark.parametrize(
    ("changes", "detail"),
    [
        ({"mark_price": Decimal(39_600)}, "has passed the stop 39600"),
        (
            {"direction": Direction.SHORT, "stop_loss": Decimal(40_050)},
            "has passed the stop 40050",
        ),
    ],
)
def test_a_position_beyond_its_stop_is_closed(changes: dict[str, Any], detail: str) -> None:
    action = _decide([], **changes)
    assert isinstance(action, CloseNow)
    assert detail in action.detail


def test_patience_with_a_naked_position_ends() -> None:
    assert isinstance(_decide([], naked_seconds=30), SetProtection)
    action = _decide([], naked_seconds=31)
    assert isinstance(action, CloseNow)
    assert "0:00:30 allowed" in action.detail


def test_a_position_nobody_knows_a_stop_for_is_closed() -> None:
    position = builders.position(stop_loss=None)
    action = decide_protection(position, [], intended=None)
    assert action == CloseNow("stops cover 0 of 0.1 BTCUSDT; no stop price is known")


def test_a_target_is_optional() -> None:
    position = builders.position(take_profit=None)
    action = decide_protection(position, [], intended=None)
    assert isinstance(action, SetProtection)
    assert action.take_profit is None


WANTED = SetProtection(Decimal("39600.3"), Decimal("40800.3"), "stops cover 0")


@pytest.mark.parametrize(
    ("direction", "stop", "expected"),
    [
        (Direction.LONG, "39600.3", "39600.5"),
        (Direction.LONG, "39600.5", "39600.5"),
        (Direction.SHORT, "40400.3", "40400.0"),
    ],
)
def test_levels_are_put_on_the_grid_with_the_stop_nearer_to_the_market(
    direction: Direction, stop: str, expected: str
) -> None:
    position = builders.position(direction=direction)
    fitted = on_grid(
        SetProtection(Decimal(stop), Decimal("40800.3"), "why"), position, builders.instrument()
    )
    assert fitted == SetProtection(Decimal(expected), Decimal("40800.5"), "why")


def test_a_target_that_is_not_there_needs_no_grid() -> None:
    levels = SetProtection(Decimal(39_600), None, "why")
    assert on_grid(levels, LONG, builders.instrument()) == levels


def test_a_grid_too_wide_for_any_stop_closes_the_position() -> None:
    wide = builders.instrument(tick_size=Decimal(50_000))
    action = on_grid(WANTED, LONG, wide)
    assert isinstance(action, CloseNow)
    assert "the stop 50000 is at the mark price" in action.detail


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"mark_price": Decimal(40_000)}, "39800"),
        ({"mark_price": Decimal(40_000), "direction": Direction.SHORT}, "40200"),
        ({"mark_price": Decimal(40_000), "liquidation_price": Decimal(39_900)}, "39950"),
        ({"mark_price": Decimal(40_000), "liquidation_price": Decimal("39999.9")}, "39999.5"),
    ],
)
def test_a_stop_holds_what_is_left_right_behind_the_market(
    changes: dict[str, Any], expected: str
) -> None:
    position = builders.position(**changes)
    assert holding_stop(position, builders.instrument()) == Decimal(expected)

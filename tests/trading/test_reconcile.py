from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from tests.trading import builders
from trading.executions import ExecutionKind
from trading.orders import PositionIndex, Side, StopKind
from trading.positions import Direction
from trading.reconcile import (
    AccountView,
    Discrepancy,
    DiscrepancyKind,
    Ownership,
    reconcile,
)

POSITION = builders.position()
STOP = builders.stop_order()
ENTRY = builders.execution()
VIEW = AccountView((POSITION,), (STOP,), (ENTRY,))
OWN = Ownership(link_ids=frozenset({"link-1"}), order_ids=frozenset({"stop-1"}))
NOTHING = AccountView()


def _find(exchange: AccountView, ours: AccountView = VIEW, own: Ownership = OWN) -> list[str]:
    return [item.kind.value for item in reconcile(ours, exchange, own)]


def test_equal_records_have_no_discrepancy() -> None:
    assert reconcile(VIEW, VIEW, OWN) == ()
    assert reconcile(NOTHING, NOTHING, Ownership()) == ()


@pytest.mark.parametrize(
    ("changes", "kinds"),
    [
        ({"quantity": Decimal("0.2")}, ["quantity_mismatch"]),
        ({"direction": Direction.SHORT}, ["side_mismatch"]),
        ({"leverage": Decimal(10)}, ["leverage_changed"]),
        ({"stop_loss": Decimal(39_000)}, ["stop_changed"]),
        ({"take_profit": None}, ["stop_changed"]),
        ({"stop_loss": None}, ["missing_stop"]),
        ({"mark_price": Decimal(1), "unrealised_pnl_usdt": Decimal(1), "sequence": 9}, []),
        (
            {"quantity": Decimal(1), "leverage": Decimal(1)},
            ["leverage_changed", "quantity_mismatch"],
        ),
    ],
)
def test_a_position_that_differs_is_named_by_what_differs(
    changes: dict[str, Any], kinds: list[str]
) -> None:
    assert _find(replace(VIEW, positions=(replace(POSITION, **changes),))) == kinds


def test_a_position_only_the_exchange_has_is_unknown() -> None:
    stranger = builders.position(symbol="ETHUSDT")
    assert _find(replace(VIEW, positions=(POSITION, stranger))) == ["unknown_position"]


def test_a_position_the_exchange_lost_is_missing_and_its_stop_an_orphan() -> None:
    assert _find(replace(VIEW, positions=())) == ["missing_position", "orphan_order"]


def test_a_close_by_another_hand_is_external() -> None:
    close = builders.execution(
        execution_id="execution-2",
        order_id="by-hand",
        link_id="",
        side=Side.SELL,
        closed_quantity=Decimal("0.1"),
    )
    both = AccountView(executions=(ENTRY, close))
    assert reconcile(both, both, OWN) == (
        Discrepancy(
            DiscrepancyKind.EXTERNAL_CLOSE,
            "BTCUSDT",
            "execution-2",
            {
                "link_id": "",
                "kind": "trade",
                "trade": "sell 0.1 @ 40000",
                "executed_at": "2024-01-10T12:00:03+00:00",
            },
        ),
    )


@pytest.mark.parametrize(
    ("changes", "kinds"),
    [
        ({"order_id": "stop-1", "closed_quantity": Decimal("0.1")}, []),
        ({"kind": ExecutionKind.LIQUIDATION, "closed_quantity": Decimal("0.1")}, ["liquidation"]),
        ({"kind": ExecutionKind.ADL, "closed_quantity": Decimal("0.1")}, ["adl"]),
        ({"kind": ExecutionKind.ADL, "order_id": "stop-1"}, ["adl"]),
        ({"kind": ExecutionKind.OTHER}, ["unknown_execution"]),
        ({"kind": ExecutionKind.OTHER, "order_id": "stop-1"}, ["unknown_execution"]),
        ({"kind": ExecutionKind.SETTLEMENT, "closed_quantity": Decimal(1)}, ["external_close"]),
        ({}, ["external_entry"]),
        ({"kind": ExecutionKind.FUNDING}, []),
    ],
    ids=[
        "our stop",
        "liquidation",
        "deleveraging",
        "deleveraging of our order",
        "a kind nobody knows",
        "a kind nobody knows of our order",
        "delivery",
        "entry by hand",
        "funding",
    ],
)
def test_only_fills_that_are_not_ours_are_external(
    changes: dict[str, Any], kinds: list[str]
) -> None:
    fields = {"execution_id": "execution-2", "order_id": "other", "link_id": ""}
    row = builders.execution(**(fields | changes))
    both = replace(VIEW, executions=(ENTRY, row))
    assert _find(both, both) == kinds


def test_executions_on_one_side_only_are_named() -> None:
    assert _find(VIEW, replace(VIEW, executions=())) == ["missing_execution"]
    assert _find(replace(VIEW, executions=())) == ["phantom_execution"]


def test_an_order_the_exchange_does_not_have_is_missing() -> None:
    assert _find(replace(VIEW, open_orders=())) == ["missing_order"]


def test_an_order_nobody_of_us_sent_is_unknown() -> None:
    stranger = builders.order(order_id="by-hand", link_id="")
    assert _find(replace(VIEW, open_orders=(STOP, stranger))) == ["unknown_order"]


@pytest.mark.parametrize(
    "changes",
    [
        {"link_id": "link-1", "parent_link_id": "", "stop_kind": None, "reduce_only": False},
        {"parent_link_id": "link-1"},
        {"order_id": "stop-1", "parent_link_id": ""},
        {"parent_link_id": "", "stop_kind": StopKind.TAKE_PROFIT},
    ],
    ids=["our link id", "child of ours", "known order id", "target set on our position"],
)
def test_new_orders_of_ours_are_no_surprise(changes: dict[str, Any]) -> None:
    new = builders.stop_order(**({"order_id": "new", "parent_link_id": ""} | changes))
    ours = replace(VIEW, open_orders=())
    assert _find(replace(VIEW, open_orders=(new,)), ours) == []


@pytest.mark.parametrize("changes", [{"reduce_only": False}, {"stop_kind": StopKind.STOP}])
def test_a_conditional_order_by_hand_is_not_taken_for_our_stop(changes: dict[str, Any]) -> None:
    new = builders.stop_order(**({"order_id": "new", "parent_link_id": ""} | changes))
    assert _find(replace(VIEW, open_orders=(STOP, new))) == ["unknown_order"]


@pytest.mark.parametrize(
    "changes",
    [
        {"quantity": Decimal(1)},
        {"filled_quantity": Decimal("0.05")},
        {"trigger_price": Decimal(1)},
    ],
)
def test_an_order_with_other_terms_is_a_mismatch(changes: dict[str, Any]) -> None:
    other = replace(STOP, **changes)
    found = reconcile(VIEW, replace(VIEW, open_orders=(other,)), OWN)
    assert [item.kind for item in found] == [DiscrepancyKind.ORDER_MISMATCH]
    assert found[0].evidence["ours"] != found[0].evidence["exchange"]


def test_positions_of_the_two_hedge_legs_are_kept_apart() -> None:
    long_leg = builders.position(position_index=PositionIndex.HEDGE_LONG)
    short_leg = builders.position(
        position_index=PositionIndex.HEDGE_SHORT, direction=Direction.SHORT
    )
    both = AccountView((long_leg, short_leg))
    assert _find(both, both) == []
    found = reconcile(both, AccountView((long_leg,)), OWN)
    assert [item.key for item in found] == ["BTCUSDT/hedge_short"]


def test_the_order_of_records_does_not_change_the_report() -> None:
    positions = tuple(builders.position(symbol=name) for name in ("SOLUSDT", "ETHUSDT"))
    forward = reconcile(NOTHING, AccountView(positions), OWN)
    backward = reconcile(NOTHING, AccountView(positions[::-1]), OWN)
    assert forward == backward
    assert [item.symbol for item in forward] == ["ETHUSDT", "SOLUSDT"]


def test_equal_prices_in_another_spelling_are_no_difference() -> None:
    respelled = replace(STOP, trigger_price=Decimal(f"{STOP.trigger_price}.000"))
    assert _find(replace(VIEW, open_orders=(respelled,))) == []

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.trading import builders
from tests.trading.builders import NOW
from trading.account import Transaction, TransactionKind
from trading.executions import Execution, ExecutionKind
from trading.orders import Side
from trading.reconcile import Discrepancy, DiscrepancyKind
from trading.reconcile_account import funding_differences, mode_switches, transfers


def _transaction(**changes: Any) -> Transaction:
    fields: dict[str, Any] = {
        "transaction_id": "1",
        "kind": TransactionKind.FUNDING,
        "symbol": "BTCUSDT",
        "cash_flow_usdt": Decimal(0),
        "funding_usdt": Decimal("-0.4"),
        "fee_usdt": Decimal(0),
        "change_usdt": Decimal("-0.4"),
        "balance_after_usdt": Decimal(10_000),
        "happened_at": NOW,
    }
    return Transaction(**(fields | changes))


def _funding(**changes: Any) -> Execution:
    fields = {"kind": ExecutionKind.FUNDING, "fee_usdt": Decimal("0.4"), "side": Side.BUY}
    return builders.execution(**(fields | changes))


@pytest.mark.parametrize(
    ("kind", "change", "expected"),
    [
        (TransactionKind.TRANSFER_IN, "250", DiscrepancyKind.TRANSFER_IN),
        (TransactionKind.TRANSFER_OUT, "-250", DiscrepancyKind.TRANSFER_OUT),
        (TransactionKind.BONUS, "5", DiscrepancyKind.TRANSFER_IN),
        (TransactionKind.OTHER, "-5", DiscrepancyKind.TRANSFER_OUT),
    ],
)
def test_money_that_no_trade_moved_is_told(
    kind: TransactionKind, change: str, expected: DiscrepancyKind
) -> None:
    (found,) = transfers([_transaction(kind=kind, change_usdt=Decimal(change), symbol="")])
    assert (found.kind, found.key, found.evidence["change_usdt"]) == (expected, "1", change)
    assert found.evidence["kind"] == kind


@pytest.mark.parametrize(
    "kind",
    [TransactionKind.TRADE, TransactionKind.FUNDING, TransactionKind.LIQUIDATION],
)
def test_money_that_trading_moved_is_no_transfer(kind: TransactionKind) -> None:
    assert transfers([_transaction(kind=kind)]) == ()


def test_funding_that_both_lists_tell_alike_is_no_difference() -> None:
    later = NOW + timedelta(hours=8)
    booked = [_transaction(), _transaction(happened_at=later, funding_usdt=Decimal("0.1"))]
    executed = [_funding(executed_at=later, fee_usdt=Decimal("-0.1")), _funding()]
    assert funding_differences(booked, executed) == ()


@pytest.mark.parametrize(
    ("booked", "executed", "evidence"),
    [
        ([_transaction()], [], {"ledger_usdt": "-0.4", "executions_usdt": "0"}),
        ([], [_funding()], {"ledger_usdt": "0", "executions_usdt": "-0.4"}),
        (
            [_transaction()],
            [_funding(fee_usdt=Decimal("0.5"))],
            {"ledger_usdt": "-0.4", "executions_usdt": "-0.5"},
        ),
    ],
    ids=["only booked", "only executed", "other amount"],
)
def test_funding_that_the_lists_tell_differently_is_a_mismatch(
    booked: list[Transaction], executed: list[Execution], evidence: dict[str, str]
) -> None:
    assert funding_differences(booked, executed) == (
        Discrepancy(
            DiscrepancyKind.FUNDING_MISMATCH, "BTCUSDT", f"BTCUSDT@{NOW.isoformat()}", evidence
        ),
    )


def test_trades_say_nothing_about_funding() -> None:
    trade = replace(_transaction(), kind=TransactionKind.TRADE)
    assert funding_differences([trade], [builders.execution()]) == ()


def test_each_symbol_in_hedge_mode_is_told_once() -> None:
    found = mode_switches(["SOLUSDT", "BTCUSDT", "SOLUSDT"])
    assert [item.key for item in found] == ["BTCUSDT", "SOLUSDT"]
    assert {item.kind for item in found} == {DiscrepancyKind.MODE_SWITCHED}

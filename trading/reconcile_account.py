"""What differs about the account as a whole: its money and its position mode."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from trading.account import Transaction, TransactionKind
from trading.canonical import plain
from trading.executions import Execution, ExecutionKind
from trading.reconcile import Discrepancy, DiscrepancyKind

_TRADING = frozenset(
    {
        TransactionKind.TRADE,
        TransactionKind.FUNDING,
        TransactionKind.LIQUIDATION,
        TransactionKind.ADL,
        TransactionKind.FEE_REFUND,
    }
)
_PRECISION = Decimal("0.00000001")  # amounts of the transaction log have eight decimals


def transfers(transactions: Iterable[Transaction]) -> tuple[Discrepancy, ...]:
    """Money that came in or went out without a trade: transfers, gifts, kinds we do not know."""
    moved = (row for row in transactions if row.kind not in _TRADING and row.change_usdt != 0)
    return tuple(sorted(map(_transfer, moved), key=lambda item: item.key))


def funding_differences(
    transactions: Iterable[Transaction], executions: Iterable[Execution]
) -> tuple[Discrepancy, ...]:
    """Settlements whose funding the ledger and the executions tell differently.

    Both list every settlement of every position (bybit_v5.md §2.4, F19), at the same moment; an
    execution's fee above 0 was paid, a transaction's funding above 0 was received.
    """
    booked: dict[tuple[str, datetime], Decimal] = defaultdict(Decimal)
    executed: dict[tuple[str, datetime], Decimal] = defaultdict(Decimal)
    for transaction in transactions:
        if transaction.kind is TransactionKind.FUNDING:
            booked[transaction.symbol, transaction.happened_at] += transaction.funding_usdt
    for execution in executions:
        if execution.kind is ExecutionKind.FUNDING:
            executed[execution.symbol, execution.executed_at] -= execution.fee_usdt
    return tuple(
        _funding(*key, booked[key], executed[key])
        for key in sorted(booked.keys() | executed.keys())
        if abs(booked[key] - executed[key]) >= _PRECISION
    )


def mode_switches(in_hedge_mode: Iterable[str]) -> tuple[Discrepancy, ...]:
    """Symbols in hedge mode: the desk trades one-way, its orders would be refused (F12)."""
    evidence = {"ours": "one_way", "exchange": "hedge"}
    return tuple(
        Discrepancy(DiscrepancyKind.MODE_SWITCHED, symbol, symbol, evidence)
        for symbol in sorted(set(in_hedge_mode))
    )


def _transfer(row: Transaction) -> Discrepancy:
    comes_in = row.change_usdt > 0
    kind = DiscrepancyKind.TRANSFER_IN if comes_in else DiscrepancyKind.TRANSFER_OUT
    evidence = {
        "kind": str(row.kind),
        "change_usdt": plain(row.change_usdt),
        "happened_at": row.happened_at.isoformat(),
    }
    return Discrepancy(kind, row.symbol, row.transaction_id, evidence)


def _funding(symbol: str, at: datetime, booked: Decimal, executed: Decimal) -> Discrepancy:
    evidence = {"ledger_usdt": plain(booked), "executions_usdt": plain(executed)}
    key = f"{symbol}@{at.isoformat()}"
    return Discrepancy(DiscrepancyKind.FUNDING_MISMATCH, symbol, key, evidence)

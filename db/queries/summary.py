"""The state of an account in one value, as `demo --json` reports it."""

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from db.keys import AccountKey
from db.models import CycleRunRow, DecisionRow, DiscrepancyRow, OrderRow
from db.queries.account import (
    LedgerTotals,
    first_wallet,
    latest_wallet,
    ledger_error,
    ledger_totals,
)
from db.queries.trades import TradeTotals, trade_totals
from db.repositories.rows import belongs_to


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts, and money in USDT. Equities are None before the first wallet snapshot."""

    cycles: int
    decisions: int
    orders: int
    trades: TradeTotals
    ledger: LedgerTotals
    equity_start_usdt: Decimal | None
    equity_end_usdt: Decimal | None
    ledger_error_usdt: Decimal | None
    discrepancies_open: int


def summary(session: Session, key: AccountKey, *, flow: str) -> Summary:
    """Everything the account did so far; `cycles` counts the runs of `flow`."""
    first, latest = first_wallet(session, key), latest_wallet(session, key)
    is_open = DiscrepancyRow.resolved_at.is_(None)
    return Summary(
        cycles=_count(session, belongs_to(CycleRunRow, key), CycleRunRow.flow == flow),
        decisions=_count(session, belongs_to(DecisionRow, key)),
        orders=_count(session, belongs_to(OrderRow, key)),
        trades=trade_totals(session, key),
        ledger=ledger_totals(session, key),
        equity_start_usdt=None if first is None else first.equity_usdt,
        equity_end_usdt=None if latest is None else latest.equity_usdt,
        ledger_error_usdt=ledger_error(session, key),
        discrepancies_open=_count(session, belongs_to(DiscrepancyRow, key), is_open),
    )


def _count(session: Session, *conditions: ColumnElement[bool]) -> int:
    return session.scalars(select(func.count()).where(*conditions)).one()

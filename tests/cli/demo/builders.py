"""A finished demo with defaults, so that a test changes only what it is about."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from cli.audit.audit import Audit
from cli.audit.comparison import Difference
from cli.demo.figures import DemoFigures, Pace, figures
from cli.demo.results import Results
from cli.demo.run import Demo
from cli.demo.timetable import Timetable
from db.queries.account import LedgerTotals
from db.queries.decisions import ReasonCount
from db.queries.summary import Summary
from db.queries.trades import TradeTotals
from db.repositories.trades import Trade
from db.states import ExitReason, TradeStatus
from trading.orders import PositionIndex
from trading.positions import Direction
from trading.reasons import Outcome, Reason

NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
DIFFERENCE = Difference("order", "o-1", "quantity", Decimal(1), Decimal(2))


def summary(**changes: Any) -> Summary:
    fields: dict[str, Any] = {
        "cycles": 4,
        "decisions": 8,
        "orders": 3,
        "trades": TradeTotals(2, 1, 1, Decimal("12.5"), Decimal("7.4"), Decimal("-1.2"), 0),
        "ledger": LedgerTotals(
            change_usdt=Decimal("8.1"),
            cash_flow_usdt=Decimal("16.7"),
            funding_usdt=Decimal("-1.20"),
            fee_usdt=Decimal("7.40000000"),
        ),
        "equity_start_usdt": Decimal(10_000),
        "equity_end_usdt": Decimal("10100.5"),
        "ledger_error_usdt": Decimal("0E-18"),
        "discrepancies_open": 0,
    }
    return Summary(**(fields | changes))


def trade(**changes: Any) -> Trade:
    fields: dict[str, Any] = {
        "id": UUID(int=1),
        "symbol": "BTCUSDT",
        "direction": Direction.LONG,
        "position_index": PositionIndex.ONE_WAY,
        "status": TradeStatus.CLOSED,
        "quantity": Decimal("0.089"),
        "entry_price": Decimal("61234.5"),
        "exit_price": Decimal("62000"),
        "stop_loss": Decimal("61000"),
        "take_profit": Decimal("62000"),
        "risk_usdt": Decimal("25"),
        "fees_usdt": Decimal("6"),
        "funding_usdt": Decimal(0),
        "pnl_usdt": Decimal("62.13"),
        "r_multiple": Decimal("2.485"),
        "naked_seconds": 0,
        "exit_reason": ExitReason.TAKE_PROFIT,
        "opened_at": NEW_YEAR,
        "closed_at": NEW_YEAR + timedelta(hours=3),
        "last_sequence": 1,
        "decision_id": None,
        "entry_intent_id": None,
    }
    return Trade(**(fields | changes))


def open_trade(**changes: Any) -> Trade:
    unknown = dict.fromkeys(("exit_price", "pnl_usdt", "r_multiple", "exit_reason", "closed_at"))
    return trade(**{"status": TradeStatus.OPEN, **unknown, **changes})


def results(**changes: Any) -> Results:
    fields: dict[str, Any] = {
        "summary": summary(),
        "reasons": [
            ReasonCount(Outcome.FLAT, Reason.ANALYST_FLAT, 6),
            ReasonCount(Outcome.TRADED, Reason.ORDER_FILLED, 1),
            ReasonCount(None, None, 1),
        ],
        "trades": [open_trade(symbol="ETHUSDT", direction=Direction.SHORT), trade()],
        "audit": Audit(differences=(), naked_seconds_max=0),
    }
    return Results(**(fields | changes))


def figures_of(found: Results) -> DemoFigures:
    return figures(
        found,
        pace=Pace(total_s=20.005, trading_s=8.0),
        peak_memory_mb={"desk": 200, "exchange": 80},
    )


def demo(**changes: Any) -> Demo:
    found = results(**changes)
    return Demo(
        figures=figures_of(found),
        results=found,
        timetable=Timetable(NEW_YEAR, 4, 2, NEW_YEAR + timedelta(hours=4)),
        symbols=("BTCUSDT", "ETHUSDT"),
        skipped=[],
    )

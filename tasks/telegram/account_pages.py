"""Pages about the account: equity, positions, results, trades."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from types import MappingProxyType

from sqlalchemy.orm import Session

from db.keys import AccountKey
from db.queries import account, results, trades
from db.queries.model_bills import model_bill
from db.queries.results import SymbolResult
from db.repositories.trades import Trade
from trading.pages import Entry, Fact, Page, Subject, Unit
from trading.performance import max_drawdown
from trading.period_results import Period, Result, last_starts, midnight, results_by
from trading.positions import Position

Reader = Callable[[Session, AccountKey, datetime], Page]
"""Reads one page at a moment."""

_NEWEST_TRADES = 8
_EVER = datetime(1970, 1, 1, tzinfo=UTC)


def positions_page(session: Session, key: AccountKey, _now: datetime) -> Page:
    """Open positions with what protects them."""
    held = account.positions(session, key)
    return Page(
        f"{len(held)} open position{'' if len(held) == 1 else 's'}",
        entries=tuple(map(_position, held)),
    )


def balance_page(session: Session, key: AccountKey, _now: datetime) -> Page:
    """The newest wallet."""
    wallet = account.latest_wallet(session, key)
    if wallet is None:
        return Page("Balance", remark="No wallet was read yet; the next sync does it.")
    facts = (
        Fact("Equity", wallet.equity_usdt, Unit.USDT),
        Fact("Free", wallet.available_usdt, Unit.USDT),
        Fact("Open profit", wallet.unrealised_pnl_usdt, Unit.CHANGE),
        Fact("Margin in use", wallet.initial_margin_usdt, Unit.USDT),
        Fact("Read at", wallet.taken_at),
    )
    return Page("Balance", facts)


def profit_page(session: Session, key: AccountKey, now: datetime) -> Page:
    """All closed trades together, the deepest fall of the equity, and what models cost beside."""
    total = trades.trade_totals(session, key)
    curve = [wallet.equity_usdt for wallet in account.equity_curve(session, key)]
    fall = max_drawdown(curve) if curve and curve[0] > 0 else None
    facts = (
        Fact("Net result", total.pnl_usdt, Unit.CHANGE),
        Fact("Closed trades", total.closed),
        Fact("Won", f"{total.won} of {total.closed}"),
        Fact("Fees paid", total.fees_usdt, Unit.USDT),
        Fact("Funding", total.funding_usdt, Unit.CHANGE),
        Fact("Deepest fall", fall.largest_fraction if fall else None, Unit.FRACTION),
    )
    bill = model_bill(session, key, since=_EVER, until=now)
    if not bill.calls:
        return Page("Profit", facts)
    paid = Fact("Paid to models", f"{bill.spent_usd:,.2f} USD, not in the result")
    return Page("Profit", (*facts, paid))


def trades_page(session: Session, key: AccountKey, _now: datetime) -> Page:
    """The newest trades."""
    newest = trades.recent_trades(session, key, limit=_NEWEST_TRADES)
    return Page("Last trades", entries=tuple(map(_trade, newest)), remark=_none(newest))


def performance_page(session: Session, key: AccountKey, _now: datetime) -> Page:
    """Results by symbol in USDT and in R, the best first."""
    found = results.results_by_symbol(session, key)
    remark = "R is the loss that was planned at entry; a trade without a stop has none."
    entries = tuple(map(_symbol_result, found))
    return Page("Performance by symbol", entries=entries, remark=_none(found) or remark)


def period_page(period: Period, title: str, count: int) -> Reader:
    """Reads the results of the last `count` periods, the newest first."""

    def read(session: Session, key: AccountKey, now: datetime) -> Page:
        starts = last_starts(period, now, count)
        closed = results.results_since(session, key, midnight(starts[0]))
        found = results_by(period, closed, starts)
        total = sum((one.pnl_usdt for one in found), start=found[0].pnl_usdt * 0)
        return Page(
            title,
            (Fact("Together", total, Unit.CHANGE), *map(_result, reversed(found))),
            remark="Closed trades after fees and funding; days begin at 00:00 UTC.",
        )

    return read


ACCOUNT_PAGES: Mapping[Subject, Reader] = MappingProxyType(
    {
        Subject.POSITIONS: positions_page,
        Subject.BALANCE: balance_page,
        Subject.PROFIT: profit_page,
        Subject.DAILY: period_page(Period.DAY, "Results by day", 7),
        Subject.WEEKLY: period_page(Period.WEEK, "Results by week", 8),
        Subject.MONTHLY: period_page(Period.MONTH, "Results by month", 6),
        Subject.TRADES: trades_page,
        Subject.PERFORMANCE: performance_page,
    }
)


def _position(position: Position) -> Entry:
    return Entry(
        f"{position.direction.upper()} {position.symbol}",
        (
            Fact("Quantity", position.quantity),
            Fact("Entry", position.entry_price, Unit.PRICE),
            Fact("Mark", position.mark_price, Unit.PRICE),
            Fact("Open profit", position.unrealised_pnl_usdt, Unit.CHANGE),
            Fact("Stop", position.stop_loss, Unit.PRICE),
            Fact("Target", position.take_profit, Unit.PRICE),
            *(() if position.is_protected else (Fact("⚠️ Unprotected", "no stop stands"),)),
        ),
    )


def _trade(trade: Trade) -> Entry:
    return Entry(
        f"{trade.direction.upper()} {trade.symbol} ({trade.status})",
        (
            Fact("Result", trade.pnl_usdt, Unit.CHANGE),
            Fact("Entry", trade.entry_price, Unit.PRICE),
            Fact("Exit", trade.exit_price, Unit.PRICE),
            Fact("Opened", trade.opened_at),
            Fact("Ended by", None if trade.exit_reason is None else str(trade.exit_reason)),
        ),
    )


def _symbol_result(result: SymbolResult) -> Entry:
    unmeasured = result.trades - result.measured
    return Entry(
        result.symbol,
        (
            Fact("Net result", result.pnl_usdt, Unit.CHANGE),
            Fact("Trades", result.trades),
            Fact("Won", result.win_rate, Unit.FRACTION),
            Fact("Average R", result.average_r, Unit.R),
            Fact("Sum of R", result.sum_r, Unit.R),
            *((Fact("Without a stop", unmeasured),) if unmeasured else ()),
        ),
    )


def _result(result: Result) -> Fact:
    label = f"{result.start:%d %b} ({result.won}/{result.trades} won)"
    return Fact(label, result.pnl_usdt, Unit.CHANGE)


def _none(found: object) -> str:
    return "" if found else "No trade yet."

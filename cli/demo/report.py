"""The last page of a demo, for a person."""

from collections.abc import Iterable
from decimal import Decimal

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from cli.demo.figures import DemoFigures
from cli.demo.run import Demo
from db.queries.decisions import ReasonCount
from db.repositories.trades import Trade

_SHOWN_TRADES = 15
_BAR_WIDTH = 24


def show_report(console: Console, demo: Demo, where_next: Iterable[tuple[str, str]]) -> None:
    """Print the page; `where_next` are commands with what each is for."""
    console.print(
        Group(
            _heading(demo),
            _section("Account", _account(demo)),
            _section("Decisions by reason", _decisions(demo.results.reasons)),
            _section(_trades_title(demo), _trades(demo.results.trades)),
            _section("Audit", _audit(demo)),
            _section("Pace", _pace(demo.figures)),
            Padding(Text("Where to look next", style="bold cyan"), (1, 0, 0, 0)),
        )
    )
    for command, purpose in where_next:
        # Not in a table: a long path must stay in one piece, to be copied.
        console.print(_step(command, purpose), soft_wrap=True)


def _heading(demo: Demo) -> RenderableType:
    times = demo.timetable
    text = (
        f"{demo.figures.cycles} hourly cycles · {', '.join(demo.symbols)} · "
        f"{times.first:%Y-%m-%d %H:%M} to {times.end:%Y-%m-%d %H:%M} UTC, market time"
    )
    return Group(Rule("[bold]autotrader demo[/]"), Text(text, justify="center"))


def _section(title: str, body: RenderableType) -> RenderableType:
    return Padding(
        Group(Text(title, style="bold cyan"), Padding(body, (0, 0, 0, 2))), (1, 0, 0, 0)
    )


def _account(demo: Demo) -> RenderableType:
    told, trades = demo.figures, demo.results.summary.trades
    table = _grid()
    table.add_row("equity at the start", _usdt(told.equity_start))
    table.add_row("equity at the end", _usdt(told.equity_end), _change(told))
    table.add_row("closed trades", _signed_usdt(trades.pnl_usdt), _won(trades.won, trades.closed))
    table.add_row("fees paid", _usdt(told.fees))
    table.add_row("funding", _signed_usdt(told.funding), _funding_word(told.funding))
    return table


def _decisions(reasons: list[ReasonCount]) -> RenderableType:
    table = _table("outcome", "reason", ">decisions", "")
    most = max((one.count for one in reasons), default=1)
    for one in reasons:
        bar = "█" * max(1, round(_BAR_WIDTH * one.count / most))
        table.add_row(
            str(one.outcome or "pending"),
            str(one.reason or "pending"),
            str(one.count),
            Text(bar, style="cyan"),
        )
    return table


def _trades_title(demo: Demo) -> str:
    totals = demo.results.summary.trades
    still = totals.opened - totals.closed
    return f"Trades: {totals.opened} opened, {totals.closed} closed, {still} still open"


def _trades(trades: list[Trade]) -> RenderableType:
    if not trades:
        return Text("none: no signal passed the checks")
    table = _table(
        "opened", "symbol", "", ">entry", ">exit", ">P&L USDT", ">R", "ended by", ">naked s"
    )
    for trade in reversed(trades[:_SHOWN_TRADES]):
        table.add_row(*_trade(trade))
    older = len(trades) - _SHOWN_TRADES
    return Group(table, Text(f"… and {older} before them", style="dim")) if older > 0 else table


def _trade(trade: Trade) -> list[str | Text]:
    return [
        f"{trade.opened_at:%m-%d %H:%M}",
        trade.symbol,
        str(trade.direction),
        _price(trade.entry_price),
        _price(trade.exit_price),
        _signed(trade.pnl_usdt),
        _multiple(trade.r_multiple),
        str(trade.exit_reason or "open").replace("_", " "),
        str(trade.naked_seconds),
    ]


def _audit(demo: Demo) -> RenderableType:
    told = demo.figures
    table = Table.grid(padding=(0, 1))
    count = len(demo.results.audit.differences)
    agrees = "every position, order, execution and the wallet agree with the exchange's records"
    table.add_row(
        _tick(told.db_equals_exchange),
        agrees if not count else f"{count} facts differ from the exchange's records (see stderr)",
    )
    table.add_row(
        _tick(told.ledger_error == 0),
        f"wallet change minus the sum of the ledger: {_plain(told.ledger_error)} USDT",
    )
    table.add_row(
        _tick(not told.discrepancies_open), f"open discrepancies: {told.discrepancies_open}"
    )
    table.add_row(
        _tick(told.naked_seconds_max == 0),
        f"longest time a position stood without a stop: {told.naked_seconds_max} s",
    )
    return table


def _pace(told: DemoFigures) -> RenderableType:
    memory = " · ".join(f"{name} {peak} MiB" for name, peak in told.peak_memory_mb.items())
    return Text(
        f"{told.duration_s:.1f} s in all · {told.seconds_per_cycle:.2f} s a cycle with its syncs"
        f" · {told.market_hours_per_second:.2f} market hours a second\npeak memory: {memory}"
    )


def _step(command: str, purpose: str) -> Text:
    return Text.assemble("  ", (command, "bold"), "   ", (purpose, "dim"))


def _table(*columns: str) -> Table:
    """A table with these columns; `>` puts one to the right."""
    table = Table(box=None, header_style="dim", padding=(0, 2, 0, 0))
    for column in columns:
        is_right = column.startswith(">")
        table.add_column(column.removeprefix(">"), justify="right" if is_right else "left")
    return table


def _grid() -> Table:
    table = Table.grid(padding=(0, 3))
    table.add_column()
    table.add_column(justify="right")
    table.add_column()
    return table


def _tick(is_good: bool) -> Text:
    return Text("✓", style="bold green") if is_good else Text("✗", style="bold red")


def _usdt(amount: Decimal | None) -> str:
    return "–" if amount is None else f"{amount:,.2f} USDT"


def _plain(amount: Decimal | None) -> str:
    return "unknown" if amount is None else f"{amount.normalize():f}"


def _price(price: Decimal | None) -> str:
    return "–" if price is None else f"{price:,.6g}"


def _signed(amount: Decimal | None) -> Text:
    if amount is None:
        return Text("–")
    return Text(f"{amount:+,.2f}", style="green" if amount > 0 else "red" if amount < 0 else "")


def _signed_usdt(amount: Decimal) -> Text:
    return _signed(amount).append(" USDT")


def _multiple(multiple: Decimal | None) -> Text:
    if multiple is None:
        return Text("–")
    return Text(f"{multiple:+.2f} R", style="green" if multiple > 0 else "red")


def _change(told: DemoFigures) -> Text:
    if told.equity_start is None or told.equity_end is None:
        return Text("")
    change = told.equity_end - told.equity_start
    text = _signed(change)
    text.append(f" ({change / told.equity_start:+.2%})")
    return text


def _won(won: int, closed: int) -> str:
    return f"{won} of {closed} won" if closed else ""


def _funding_word(funding: Decimal) -> str:
    return "received" if funding > 0 else "paid" if funding < 0 else ""

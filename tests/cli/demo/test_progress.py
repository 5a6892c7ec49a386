from datetime import timedelta
from decimal import Decimal
from io import StringIO

from rich.console import Console

from cli.demo.progress import hour_bar
from cli.demo.results import Standing
from cli.demo.timetable import MarketHour, Timetable
from tests.cli.demo.builders import NEW_YEAR

TIMES = Timetable(NEW_YEAR, 2, 0, NEW_YEAR + timedelta(hours=2))
STANDING = Standing(equity_usdt=Decimal("10012.349"), open_positions=2, trades=5)


def shown(*, terminal: bool) -> str:
    written = StringIO()
    console = Console(file=written, force_terminal=terminal, width=140, color_system=None)
    with hour_bar(console, TIMES) as bar:
        for hour in TIMES.hours():
            bar.show(MarketHour(hour.slot, ()), STANDING)
    return written.getvalue()


def test_the_bar_shows_market_time_and_where_the_account_stands() -> None:
    text = shown(terminal=True)

    assert "2026-01-01 01:00" in text
    assert "2/2" in text
    assert "equity 10,012.35 USDT · 2 open · 5 trades" in text


def test_a_pipe_sees_no_bar() -> None:
    assert shown(terminal=False).strip() == ""

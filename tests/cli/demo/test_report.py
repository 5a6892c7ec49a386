from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from rich.console import Console

from cli.audit.audit import Audit
from cli.demo.report import show_report
from cli.demo.run import Demo
from tests.cli.demo.builders import DIFFERENCE, demo, summary, trade


def page(finished: Demo) -> str:
    written = StringIO()
    show_report(Console(file=written, width=110), finished, [("autotrader up", "the real desk")])
    return written.getvalue()


@pytest.mark.parametrize(
    "expected",
    [
        "4 hourly cycles · BTCUSDT, ETHUSDT · 2026-01-01 00:00 to 2026-01-01 04:00 UTC",
        "10,000.00 USDT",
        "10,100.50 USDT   +100.50 (+1.00%)",
        "+12.50 USDT   1 of 1 won",
        "7.40 USDT",
        "-1.20 USDT   paid",
        "analyst.flat",
        "pending",
        "2 opened, 1 closed, 1 still open",
        "+2.48 R",
        "take profit",
        "✓ every position, order, execution and the wallet agree",
        "✓ wallet change minus the sum of the ledger: 0 USDT",
        "20.0 s in all · 2.00 s a cycle with its syncs · 0.50 market hours a second",
        "desk 200 MiB · exchange 80 MiB",
        "autotrader up   the real desk",
    ],
)
def test_the_page_tells(expected: str) -> None:
    assert expected in page(demo())


def test_trades_are_listed_in_the_order_in_which_they_were_opened() -> None:
    text = page(demo())

    assert text.index("long ") < text.index("short")


def test_only_the_newest_trades_are_listed() -> None:
    text = page(demo(trades=[trade(symbol=f"S{number}USDT") for number in range(18)]))

    assert "… and 3 before them" in text
    assert "S14USDT" in text
    assert "S15USDT" not in text


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"audit": Audit((DIFFERENCE,), 0)}, "✗ 1 facts differ from the exchange's records"),
        ({"audit": Audit((), 12)}, "✗ longest time a position stood without a stop: 12 s"),
        (
            {"summary": summary(ledger_error_usdt=Decimal("-0.01"))},
            "✗ wallet change minus the sum of the ledger: -0.01 USDT",
        ),
        ({"summary": summary(ledger_error_usdt=None)}, "the ledger: unknown USDT"),
        ({"summary": summary(discrepancies_open=2)}, "✗ open discrepancies: 2"),
        ({"trades": []}, "none: no signal passed the checks"),
        ({"trades": [trade(r_multiple=None)]}, "–"),
        ({"summary": summary(equity_start_usdt=None)}, "–"),
    ],
)
def test_what_is_wrong_or_missing_is_told_as_such(changes: dict[str, Any], expected: str) -> None:
    assert expected in page(demo(**changes))

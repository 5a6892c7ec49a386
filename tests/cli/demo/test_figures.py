import json
from decimal import Decimal
from typing import Any

import pytest

from cli.audit.audit import Audit
from tests.cli.demo.builders import DIFFERENCE, figures_of, results, summary


def test_the_json_has_money_as_strings_and_everything_else_as_it_is() -> None:
    assert json.loads(figures_of(results()).as_json()) == {
        "cycles": 4,
        "decisions": 8,
        "orders": 3,
        "trades_opened": 2,
        "trades_closed": 1,
        "equity_start": "10000",
        "equity_end": "10100.5",
        "fees": "7.4",
        "funding": "-1.2",
        "ledger_error": "0",
        "discrepancies_open": 0,
        "db_equals_exchange": True,
        "naked_seconds_max": 0,
        "duration_s": 20.0,
        "seconds_per_cycle": 2.0,
        "decisions_by_reason": {"analyst.flat": 6, "order.filled": 1, "pending": 1},
        "market_hours_per_second": 0.5,
        "peak_memory_mb": {"desk": 200, "exchange": 80},
    }


def test_the_json_is_one_line() -> None:
    assert "\n" not in figures_of(results()).as_json()


@pytest.mark.parametrize(
    ("changes", "is_sound"),
    [
        ({}, True),
        ({"summary": summary(ledger_error_usdt=Decimal("0.00000001"))}, False),
        ({"summary": summary(ledger_error_usdt=None)}, False),
        ({"summary": summary(discrepancies_open=1)}, False),
        ({"audit": Audit(differences=(DIFFERENCE,), naked_seconds_max=0)}, False),
        ({"audit": Audit(differences=(), naked_seconds_max=9)}, True),
    ],
)
def test_a_demo_is_sound_only_if_every_cent_and_every_row_is_right(
    changes: dict[str, Any], is_sound: bool
) -> None:
    assert figures_of(results(**changes)).is_sound is is_sound

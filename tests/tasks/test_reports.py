"""Reports: the page of a cycle, whatever its lines say."""

from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session, sessionmaker

from db.repositories import decisions
from db.repositories.decisions import NewDecision
from db.unit_of_work import unit_of_work
from tasks.reports import CycleReport, SymbolLine, cycle_page, report_cycle, report_skip
from tasks.slots import Due, Skipped
from tests.fixtures.desks import claimed, offline_resources
from trading.reasons import Outcome, Reason, SkipReason

SLOT = datetime(2026, 11, 21, 10, tzinfo=UTC)


def test_a_page_has_a_line_for_every_symbol() -> None:
    report = CycleReport(
        SLOT,
        lines=(
            SymbolLine("BTCUSDT", "traded", "order.filled", ""),
            SymbolLine("ETHUSDT", "flat", "analyst.flat", "no_setup: calm"),
        ),
    )

    assert cycle_page(report) == (
        "# Trading cycle 2026-11-21 10:00 UTC\n"
        "\n"
        "| symbol | outcome | reason | detail |\n"
        "|---|---|---|---|\n"
        "| BTCUSDT | traded | order.filled |  |\n"
        "| ETHUSDT | flat | analyst.flat | no_setup: calm |\n"
    )


@pytest.mark.parametrize(
    ("detail", "cell"),
    [
        ("a | b", r"a \| b"),
        ("first\nsecond", "first second"),
        ("|\n|", r"\| \|"),
        ("<a href='x'>y</a>", "&lt;a href='x'&gt;y&lt;/a&gt;"),
        ("![a](http://x)", r"\!\[a\](http://x)"),
        ("no_setup: `rm`", r"no_setup: \`rm\`"),
    ],
)
def test_a_detail_cannot_break_the_table_or_hide_anything(detail: str, cell: str) -> None:
    report = CycleReport(SLOT, lines=(SymbolLine("BTCUSDT", "flat", "analyst.flat", detail),))

    assert cycle_page(report).splitlines()[-1] == f"| BTCUSDT | flat | analyst.flat | {cell} |"


def test_the_page_of_a_skipped_run_says_why() -> None:
    report = report_skip(Due(SLOT, SLOT), Skipped(SkipReason.LATE, "51 minutes late"))

    assert report.lines == ()
    assert cycle_page(report) == (
        "# Trading cycle 2026-11-21 10:00 UTC\n\nSkipped: late: 51 minutes late\n"
    )


def test_reasons_are_counted() -> None:
    lines = [
        SymbolLine(f"S{n}USDT", "flat", reason, "")
        for n, reason in enumerate(("analyst.flat", "risk.spread", "analyst.flat"))
    ]

    assert CycleReport(SLOT, lines=tuple(lines)).reasons == {"analyst.flat": 2, "risk.spread": 1}


def test_a_report_reads_the_decisions_that_were_stored(
    session_factory: sessionmaker[Session],
) -> None:
    resources = offline_resources(session_factory, now=SLOT)
    run = claimed(resources, SLOT)
    with unit_of_work(session_factory) as session:
        for symbol, outcome, reason in (
            ("ETHUSDT", None, None),
            ("BTCUSDT", Outcome.FLAT, Reason.ANALYST_FLAT),
        ):
            decisions.record(
                session,
                NewDecision(
                    account=resources.desk.account,
                    cycle_run_id=run.run_id,
                    slot=SLOT,
                    symbol=symbol,
                    decided_at=SLOT,
                    outcome=outcome,
                    reason=reason,
                    config_hash="c",
                    code_version="v",
                ),
            )

    report = report_cycle(resources, run)

    assert report == CycleReport(
        SLOT,
        lines=(
            SymbolLine("BTCUSDT", "flat", "analyst.flat", ""),
            SymbolLine("ETHUSDT", "pending", "pending", ""),
        ),
    )

"""What a run tells afterwards: a summary value, and the page that Prefect shows for it."""

import html
import re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from prefect.artifacts import create_markdown_artifact

from db.queries.decisions import decisions_of_run
from db.repositories.slots import Claim
from db.unit_of_work import read_session
from tasks.policies import SAFE_TO_RETRY
from tasks.resources import Resources
from tasks.slots import Due, Skipped
from tasks.steps import step
from trading.reasons import Outcome, Reason


@dataclass(frozen=True, slots=True)
class SymbolLine:
    """How one symbol of a cycle ended."""

    symbol: str
    outcome: str
    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class CycleReport:
    """A cycle in a few words. `skipped` says why it did nothing, empty if it ran."""

    slot: datetime
    skipped: str = ""
    lines: tuple[SymbolLine, ...] = ()

    @property
    def reasons(self) -> dict[str, int]:
        """Decisions by reason."""
        return dict(Counter(line.reason for line in self.lines))


@dataclass(frozen=True, slots=True)
class SyncReport:
    """A sync in a few words."""

    read_at: datetime
    positions: int
    new_executions: int
    new_ledger_rows: int
    trades_opened: int
    trades_closed: int
    intents_resolved: int
    positions_protected: int
    brakes_tripped: int
    brakes_unsettled: int
    discrepancies_found: int
    discrepancies_open: int


def report_skip(due: Due, skipped: Skipped) -> CycleReport:
    """The report of a run that did nothing."""
    return CycleReport(due.slot, f"{skipped.reason}: {skipped.detail}")


def report_cycle(resources: Resources, claim: Claim) -> CycleReport:
    """The report of a run, from the decisions it stored."""
    with read_session(resources.sessions) as session:
        rows = decisions_of_run(session, claim.run_id)
    lines = (
        SymbolLine(row.symbol, _word(row.outcome), _word(row.reason), row.detail) for row in rows
    )
    return CycleReport(claim.key.slot, lines=tuple(lines))


def _word(value: Outcome | Reason | None) -> str:
    return "pending" if value is None else str(value)


@step(name="publish-report", task_run_name="publish report", **SAFE_TO_RETRY)
def publish_cycle(report: CycleReport) -> None:
    """A Markdown page of the cycle in Prefect's UI, one version per slot."""
    create_markdown_artifact(
        key="trading-cycle",
        markdown=cycle_page(report),
        description=f"Trading cycle of {report.slot:%Y-%m-%d %H:%M} UTC",
    )


def cycle_page(report: CycleReport) -> str:
    """The cycle as Markdown: a table with a line per symbol."""
    title = f"# Trading cycle {report.slot:%Y-%m-%d %H:%M} UTC"
    if report.skipped:
        return f"{title}\n\nSkipped: {report.skipped}\n"
    head = ("| symbol | outcome | reason | detail |", "|---|---|---|---|")
    rows = (
        f"| {line.symbol} | {line.outcome} | {line.reason} | {plain_markdown(line.detail)} |"
        for line in report.lines
    )
    return "\n".join((title, "", *head, *rows)) + "\n"


def plain_markdown(text: str) -> str:
    """`text` on one line as Markdown shows it: a model's words hide no link, picture or tag."""
    marked = _MARKS.sub(r"\\\g<0>", text.replace("\n", " "))
    return html.escape(marked, quote=False)


_MARKS = re.compile(r"[\\`*\[\]!|]")

"""One backtest by hand: run, judged, kept, written and shown."""

import sys
import time
from uuid import UUID

import typer

from adapters.report.document import report_document
from adapters.report.files import write_html, write_parquet
from cli.backtesting.showing import print_document, show_report
from cli.backtesting.wanted import Wanted
from cli.later import imported
from cli.output import say
from cli.stack.interruption import ended_by_signals
from config.settings import Settings
from tasks.backtesting.questions import Question
from tasks.backtesting.resources import past_on_files
from tasks.backtesting.running import QUICK, Effort, judge, run_case
from trading.backtest.report import Report

INTERRUPTED = 130


def answer(settings: Settings, question: Question, wanted: Wanted) -> None:
    """Run the question, write and keep what is wanted, and show the rest."""
    started = time.perf_counter()
    try:
        with ended_by_signals():
            report, kept = _answered(settings, question, wanted)
    except KeyboardInterrupt:
        sys.stderr.write("autotrader: backtest interrupted; nothing of it is stored\n")
        raise typer.Exit(INTERRUPTED) from None
    if wanted.page is not None:
        write_html(report, wanted.page)
    if wanted.parquet is not None:
        write_parquet(report, wanted.parquet)
    _tell(report, kept, wanted, time.perf_counter() - started)


def _answered(
    settings: Settings, question: Question, wanted: Wanted
) -> tuple[Report, UUID | None]:
    effort = QUICK if wanted.quick else Effort()
    if wanted.store or question.needs_database:
        keeping = imported("cli.backtesting.keeping")
        answered: tuple[Report, UUID | None] = keeping.answered_with_database(
            settings, question, effort, store=wanted.store
        )
        return answered
    case = past_on_files(settings).read(question)
    return judge(case, run_case(case), effort), None


def _tell(report: Report, kept: UUID | None, wanted: Wanted, seconds: float) -> None:
    if wanted.as_json:
        told = None if kept is None else str(kept)
        print_document({"id": told, "seconds": seconds, **report_document(report)})
        return
    show_report(report)
    stored = "not stored" if kept is None else f"stored as {kept}"
    page = "" if wanted.page is None else f", page: {wanted.page}"
    say(f"{stored}, {seconds:.1f} s{page}")

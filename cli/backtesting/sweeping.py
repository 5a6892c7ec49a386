"""A sweep by hand: announced, watched, resumable, shown."""

import sys
import time
from uuid import UUID

import typer

from adapters.report.document import report_document
from adapters.report.files import write_html
from cli.backtesting.archive import archive_by_hand
from cli.backtesting.on_cluster import sweep_on_cluster
from cli.backtesting.showing import print_document, show_report
from cli.backtesting.showing_sweeps import show_lines, show_steps
from cli.backtesting.wanted import Told
from cli.output import duration, print_table, say, warn
from cli.progress import progress_bar
from cli.stack.interruption import ended_by_signals
from config.backtesting import SweepRunner
from config.settings import Settings
from db.queries.backtests import recent_backtests
from db.states import BacktestKind
from db.unit_of_work import read_session
from tasks.backtesting.archive import Archive
from tasks.backtesting.concluding import conclude, summary_of
from tasks.backtesting.estimating import estimated_time
from tasks.backtesting.questions import SweepQuestion
from tasks.backtesting.sweeping import Swept, in_this_process, sweep_all
from tasks.backtesting.sweeps import Sweep, left_when_interrupted, open_sweep
from tasks.backtesting.walking import steps_of
from trading.backtest.report import Report
from trading.metrics.sharpe import expected_maximum

INTERRUPTED = 130


def run_sweep(
    settings: Settings, question: SweepQuestion | None, resume: UUID | None, told: Told
) -> None:
    """Run a new sweep, or the rest of an interrupted one, and show what it found."""
    if settings.sweep_runner is SweepRunner.DASK:
        sweep_on_cluster(settings, question, resume, told)
        return
    with archive_by_hand(settings) as archive:
        sweep = open_sweep(archive, question, resume)
        swept, report = _interruptible(archive, sweep, settings.sweep_parts_at_once)
    _show(sweep, swept, report, told)


def list_sweeps(settings: Settings, *, as_json: bool) -> None:
    """Every stored sweep and walk-forward, the newest first."""
    kinds = (BacktestKind.SWEEP, BacktestKind.WALK_FORWARD)
    with (
        archive_by_hand(settings) as archive,
        read_session(archive.kept_in) as session,
    ):
        found = recent_backtests(session, kinds=kinds)
    if as_json:
        print_document({"sweeps": [{"id": str(one.id), "state": one.state} for one in found]})
        return
    rows = [
        (str(one.id), one.kind, one.state, one.strategy, one.combinations, one.created_at)
        for one in found
    ]
    columns = ("id", "kind", "state", "strategy", "combinations", "begun, UTC")
    print_table("Stored sweeps", columns, rows)


def _interruptible(archive: Archive, sweep: Sweep, threads: int) -> tuple[Swept, Report | None]:
    try:
        with ended_by_signals(), left_when_interrupted(archive, sweep):
            _announce(sweep, threads)
            with progress_bar("combinations", sweep.combinations) as bar:
                execute = in_this_process(threads=threads, progress=bar.advance)
                swept = sweep_all(archive, sweep, execute, at_once=1)
            return swept, conclude(archive, sweep, swept)
    except KeyboardInterrupt:
        sys.stderr.write(
            "autotrader: sweep interrupted; its finished parts are kept. Go on with\n"
            f"  autotrader sweep --resume {sweep.id}\n"
        )
        raise typer.Exit(INTERRUPTED) from None


def _announce(sweep: Sweep, threads: int) -> None:
    window = 0 if sweep.windows else None
    length = estimated_time(
        sweep.ground(window), sweep.combinations, threads=threads, clock=time.perf_counter
    )
    windows = f" in {len(sweep.windows)} windows" if sweep.windows else ""
    warn(
        f"{sweep.combinations:,} combinations{windows} over {len(sweep.case.market):,} candles, "
        f"about {duration(length)} in {threads} threads. Sweep {sweep.id}"
    )


def _show(sweep: Sweep, swept: Swept, report: Report | None, told: Told) -> None:
    if told.page is not None and report is not None:
        write_html(report, told.page)
    if told.as_json:
        print_document(_facts(sweep, swept, report))
        return
    result = swept.result
    if sweep.windows:
        show_steps(steps_of(sweep, swept.windows), sweep.question.objective)
    else:
        show_lines(result.best[:10], sweep.question.objective)
    say(
        f"{result.tried:,} combinations were run ({result.profitable:,} earned something), "
        f"{result.refused:,} the strategy forbids."
    )
    if result.trials is not None and not sweep.windows:
        luck = expected_maximum(result.trials.count)
        say(f"The best of so many worthless ones is {luck:.1f} standard deviations above 0.")
    if report is None:
        say("None could be judged: too few trades. Take a longer time or --fewest-trades 0.")
        return
    show_report(report)
    say(f"stored as {sweep.id}" + ("" if told.page is None else f", page: {told.page}"))


def _facts(sweep: Sweep, swept: Swept, report: Report | None) -> dict[str, object]:
    return {
        "id": str(sweep.id),
        "combinations": sweep.combinations,
        **summary_of(swept.result),
        "windows": [summary_of(window) for window in swept.windows],
        "report": None if report is None else report_document(report),
    }

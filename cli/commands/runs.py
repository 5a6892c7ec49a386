"""`cycle` and `sync`: one run of a flow, now, in this process."""

from dataclasses import fields

from cli.database import desk_in_force
from cli.options import AsJson
from cli.output import print_json, print_table, say
from cli.prefect_api import prefect_api
from flows.position_sync import position_sync
from flows.trading_cycle import trading_cycle
from tasks.reports import CycleReport


def cycle(*, as_json: AsJson = False) -> None:
    """Run one trading cycle for the slot that is due now.

    A slot runs once: a second cycle in the same hour is skipped and says so. Prefect's API is
    used where one answers; otherwise one is started for this run.

    Examples:
    - `autotrader cycle`
    - `autotrader cycle --json`
    """
    with desk_in_force() as settings, prefect_api(settings):
        report = trading_cycle()
    if as_json:
        print_json(report)
        return
    _show_cycle(report)


def sync(*, as_json: AsJson = False) -> None:
    """Make the database equal to the exchange, and every position protected.

    Examples:
    - `autotrader sync`
    - `autotrader sync --json`
    """
    with desk_in_force() as settings, prefect_api(settings):
        report = position_sync()
    if as_json:
        print_json(report)
        return
    rows = (
        (field.name.replace("_", " "), getattr(report, field.name)) for field in fields(report)
    )
    print_table("Synchronised", ("what", "value"), rows)


def _show_cycle(report: CycleReport) -> None:
    title = f"Cycle {report.slot:%Y-%m-%d %H:%M} UTC"
    if report.skipped:
        say(f"{title} skipped: {report.skipped}")
        return
    rows = ((line.symbol, line.outcome, line.reason, line.detail) for line in report.lines)
    print_table(title, ("symbol", "outcome", "reason", "detail"), rows)

"""`doctor`: is everything there that trading needs."""

import typer

from cli.doctor.examination import examine
from cli.doctor.verdicts import Level
from cli.options import AsJson
from cli.output import print_json, print_table


def doctor(*, as_json: AsJson = False) -> None:
    """Check settings, disk, database, exchange, key, monitor, Telegram, Prefect and schedules.

    Every check says what was seen and, where something is wrong, what to do. Exit code 1 if one
    fails. Nothing is changed.

    Examples:
    - `autotrader doctor`
    - `autotrader doctor --json`
    """
    verdicts = examine()
    is_healthy = all(verdict.level is not Level.FAIL for verdict in verdicts)
    if as_json:
        print_json({"ok": is_healthy, "checks": verdicts})
    else:
        rows = ((item.check, item.level, item.detail, item.fix or None) for item in verdicts)
        print_table("Health of the desk", ("check", "is", "seen", "to do"), rows)
    if not is_healthy:
        raise typer.Exit(1)

"""All checks, in the order in which one depends on the other."""

from collections.abc import Mapping
from pathlib import Path

from cli.doctor.database import check_database
from cli.doctor.exchange import check_exchange
from cli.doctor.machine import check_disk
from cli.doctor.model import check_model
from cli.doctor.monitor import check_monitor
from cli.doctor.orchestration import check_prefect
from cli.doctor.telegram import check_telegram
from cli.doctor.verdicts import Verdict, failure, ok
from config.settings import Settings
from trading.errors import MisconfiguredError


def examine(
    env: Mapping[str, str] | None = None, env_file: Path | None = Path(".env")
) -> list[Verdict]:
    """The verdict of every check; with wrong settings nothing else can be asked."""
    try:
        settings = Settings.load(env, env_file=env_file)
    except MisconfiguredError as error:
        fix = "correct the setting; `.env.example` explains each"
        return [failure("settings", str(error), fix)]
    return [
        ok("settings", f"valid, environment {settings.environment}"),
        check_disk(settings),
        *check_database(settings),
        *check_exchange(settings),
        *check_monitor(settings),
        *check_telegram(settings),
        *check_model(settings),
        *check_prefect(settings),
    ]

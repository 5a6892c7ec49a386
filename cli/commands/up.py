"""`up`: the whole desk in the foreground, until Ctrl-C."""

from contextlib import ExitStack

from rich.console import Console

from cli.options import AsJson
from cli.output import print_json, say
from cli.settings import load_settings
from cli.stack.interruption import ended_by_signals, undisturbed
from cli.up.desk import RunningDesk, start_desk
from cli.up.prefixed import PrefixedLog
from config.masking import secrets_of


def up(*, as_json: AsJson = False) -> None:
    """Run the whole desk: database, exchange, monitor, Prefect with its schedules, a worker.

    With AUTOTRADER_TELEGRAM_TOKEN set the bot on the owner's phone runs too.

    On paper the exchange is a simulated one whose market begins now and whose state is kept in
    the data folder. Ctrl-C stops everything in order; a process that ends by itself ends all,
    with exit code 1. Logs go to stderr, each line behind the name of its process.

    Examples:
    - `autotrader up`
    - `AUTOTRADER_PREFECT_PORT=4300 autotrader up --json`
    """
    settings = load_settings()
    log = PrefixedLog(Console(stderr=True), secrets_of(settings))
    stack = ExitStack()
    with ended_by_signals():
        try:
            desk = start_desk(stack, settings, log)
            _announce(desk, as_json=as_json)
            desk.watch()
        except KeyboardInterrupt:
            log.sink("up")("stopping")
        finally:
            # A second Ctrl-C must not leave a process behind.
            with undisturbed():
                stack.close()


def _announce(desk: RunningDesk, *, as_json: bool) -> None:
    facts = addresses(desk)
    if as_json:
        print_json(facts)
        return
    say("\n".join(["", "The desk is running. Ctrl-C stops it.", *_lines(facts), ""]))


def addresses(desk: RunningDesk) -> dict[str, str]:
    """Where a person looks at what."""
    settings = desk.settings
    return {
        "environment": settings.environment,
        "runs": settings.prefect_url.removesuffix("/api"),
        "exchange": settings.exchange_url,
        "symbols": ", ".join(settings.symbols),
        "data_folder": str(settings.data_folder.resolve()),
        "database": "embedded" if desk.owns_database else "AUTOTRADER_DATABASE_URL",
    }


def _lines(facts: dict[str, str]) -> list[str]:
    hints = [
        "look at it     autotrader positions, autotrader balance, autotrader doctor",
        "trade by hand  autotrader trade BTCUSDT long --stop P --target P",
    ]
    return [
        *(f"  {name.replace('_', ' '):<14} {value}" for name, value in facts.items()),
        *(f"  {hint}" for hint in hints),
    ]

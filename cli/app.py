"""The `autotrader` command: it knows every command by name and imports the one that is typed."""

import typer

from cli.catalogue import COMMANDS
from cli.later import MARKUP, add

app = typer.Typer(
    name="autotrader",
    help="An AI trading desk for Bybit USDT perpetuals, by hand.",
    epilog="Exit codes: 0 good, 1 failed, 2 wrong option or setting, 3 refused by a limit.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=MARKUP,
    # One clear message instead of a page of framework code: cli.main tells errors.
    pretty_exceptions_enable=False,
)

for entry in COMMANDS:
    add(app, entry)

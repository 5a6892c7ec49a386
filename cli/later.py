"""What is imported when it is needed and not before: a halt must not wait for a backtest.

Prefect, Numba, pandas, SQLAlchemy and the model's library take seconds to import together. At the
top of every command's file they would be imported by every command there is, and by `--help`.
"""

from importlib import import_module
from types import ModuleType
from typing import Final

import typer
from typer._click import Context  # what Typer's commands take; its public one is narrower
from typer.core import TyperCommand, TyperGroup
from typer.main import get_group

from cli.catalogue import Entry

MARKUP: Final = "markdown"
"""How docstrings of commands are written."""

_TAKES_ALL = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}


class LaterCommand(TyperCommand):
    """A command with a line of help only. Typed, it is imported and reads its own words."""

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: Context | None = None,
        **extra: object,
    ) -> Context:
        """The context of the command itself, which then is the one that runs."""
        return self.imported().make_context(info_name, args, parent, **extra)

    def imported(self) -> TyperCommand | TyperGroup:
        """The command itself, with its options."""
        assert self.callback is not None  # `add` gives it one
        command: TyperCommand | TyperGroup = self.callback()
        return command


def add(app: typer.Typer, entry: Entry) -> None:
    """Make `app` know a command without importing it."""

    def load() -> TyperCommand | TyperGroup:
        return command_of(entry)

    app.command(entry.name, cls=LaterCommand, help=entry.help, rich_help_panel=entry.panel)(load)


def command_of(entry: Entry) -> TyperCommand | TyperGroup:
    """A command, or a family of commands, imported now."""
    module, _, name = entry.place.partition(":")
    found = getattr(imported(f"cli.commands.{module}"), name)
    alone = typer.Typer(rich_markup_mode=MARKUP)
    if isinstance(found, typer.Typer):
        alone.add_typer(found, name=entry.name)
    else:
        settings = _TAKES_ALL if entry.takes_all else None
        alone.command(entry.name, context_settings=settings)(found)
    command = get_group(alone).commands[entry.name]
    assert isinstance(command, TyperCommand | TyperGroup)
    return command


def imported(module: str) -> ModuleType:
    """A module by its full name, imported now; for what one option in ten needs."""
    return import_module(module)

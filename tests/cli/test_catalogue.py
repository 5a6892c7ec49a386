"""The table of commands says what the commands themselves say."""

from collections.abc import Iterator
from pathlib import Path
from pkgutil import iter_modules

import pytest
from typer.core import TyperCommand, TyperGroup

import cli.commands
from cli.catalogue import COMMANDS, Entry
from cli.later import command_of


@pytest.mark.parametrize("entry", COMMANDS, ids=lambda entry: entry.name)
def test_the_line_of_help_is_the_one_the_command_begins_with(entry: Entry) -> None:
    command = command_of(entry)

    assert command.name == entry.name
    assert " ".join((command.help or "").partition("\n\n")[0].split()) == entry.help


def test_every_module_of_commands_is_behind_a_name() -> None:
    there = {module.name for module in iter_modules([str(Path(cli.commands.__file__).parent)])}

    behind = {module for entry in COMMANDS for module in _modules(command_of(entry))}

    assert behind == {f"cli.commands.{name}" for name in there}


def test_no_name_is_given_twice() -> None:
    names = [entry.name for entry in COMMANDS]

    assert sorted(set(names)) == sorted(names)


def _modules(command: object) -> Iterator[str]:
    """Where the functions of a command, or of a family of commands, are written."""
    assert isinstance(command, TyperCommand | TyperGroup)
    if command.callback is not None:
        yield command.callback.__module__
    if isinstance(command, TyperGroup):
        for one in command.commands.values():
            yield from _modules(one)

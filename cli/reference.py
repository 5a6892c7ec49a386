"""Writes docs/commands.md and docs/settings.md from the code: `python -m cli.reference`."""

import sys
from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption
from typer.main import get_command

from cli.app import app
from cli.later import LaterCommand
from config.env_example import GROUPS, allowed, default_text
from config.sources import PREFIX

_FOLDER = Path(__file__).parent.parent / "docs"

_COMMANDS_HEAD = """\
# Commands

Written from the code by `make docs`. `--json` prints one JSON object as the last line of stdout:
money as strings, times in ISO 8601. Exit codes: 0 good, 1 failed, 2 wrong option or setting,
3 refused by a limit, 130 stopped with Ctrl-C.
"""
_SETTINGS_HEAD = f"""\
# Settings

Written from the code by `make docs`. Each is a variable of the environment or a line of `.env`;
the environment wins. An unknown `{PREFIX}` name is refused. `autotrader config show` shows the
values in force.
"""


def main() -> None:
    """Write both pages anew."""
    for name, text in pages().items():
        (_FOLDER / name).write_text(text, encoding="utf-8")
        sys.stdout.write(f"docs/{name}\n")


def pages() -> dict[str, str]:
    """Every generated page by its file name."""
    return {"commands.md": _commands_page(), "settings.md": _settings_page()}


def command_names() -> list[str]:
    """Every command as it is typed after `autotrader`, such as `db upgrade`."""
    return [name for name, _ in _commands()]


def _commands_page() -> str:
    return "\n".join([_COMMANDS_HEAD, *(_command(name, command) for name, command in _commands())])


_Command = TyperCommand | TyperGroup


def _commands() -> Iterator[tuple[str, _Command]]:
    yield from _commands_of(get_command(app), ())


def _commands_of(command: object, path: tuple[str, ...]) -> Iterator[tuple[str, _Command]]:
    if isinstance(command, LaterCommand):
        yield from _commands_of(command.imported(), path)
    elif isinstance(command, TyperGroup):
        if path and command.invoke_without_command:
            yield " ".join(path), command
        for name, one in command.commands.items():
            yield from _commands_of(one, (*path, name))
    elif isinstance(command, TyperCommand):
        yield " ".join(path), command


def _command(name: str, command: _Command) -> str:
    arguments = [item for item in command.params if isinstance(item, TyperArgument)]
    options = [item for item in command.params if isinstance(item, TyperOption)]
    usage = " ".join(
        ["autotrader", name, *(str(item.name).upper() for item in arguments)]
        + (["[OPTIONS]"] if options else [])
    )
    lines = [f"## {name}", "", f"`{usage}`", "", (command.help or "").strip(), ""]
    rows = [*map(_argument_row, arguments), *map(_option_row, options)]
    if rows:
        lines += ["| option | meaning | default |", "|---|---|---|", *rows, ""]
    return "\n".join(lines)


def _argument_row(argument: TyperArgument) -> str:
    return f"| `{str(argument.name).upper()}` | {argument.help} | required |"


def _option_row(option: TyperOption) -> str:
    names = ", ".join(f"`{name}`" for name in option.opts)
    default = "required" if option.required else _default(option.default)
    return f"| {names} | {option.help} | {default} |"


def _default(value: object) -> str:
    return "" if value is None or value is False else f"`{value}`"


def _settings_page() -> str:
    return "\n".join([_SETTINGS_HEAD, *map(_group, GROUPS)])


def _group(group: type[BaseModel]) -> str:
    title, _, meaning = (group.__doc__ or "").partition("\n")[0].partition(": ")
    rows = [
        f"| `{PREFIX}{name.upper()}` | {field.description}{allowed(field)} "
        f"| {_code(default_text(field.default))} |"
        for name, field in group.model_fields.items()
    ]
    head = [f"## {title}", "", meaning.capitalize(), ""]
    return "\n".join([*head, "| setting | meaning | default |", "|---|---|---|", *rows, ""])


def _code(text: str) -> str:
    return f"`{text}`" if text else ""


if __name__ == "__main__":
    main()

"""`config show`: every setting, its value, and where the value comes from."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import typer
from pydantic import SecretStr

from cli.options import AsJson
from cli.output import print_json, print_table
from cli.settings import load_settings
from config.env_example import GROUPS, allowed
from config.settings import Settings
from config.sources import PREFIX, given_values

app = typer.Typer(help="The settings.", no_args_is_help=True)

HIDDEN = "**********"
_ENV_FILE = Path(".env")


class Source(StrEnum):
    """Where the value of a setting comes from."""

    DEFAULT = "default"
    ENVIRONMENT = "environment"
    ENV_FILE = ".env"


@dataclass(frozen=True, slots=True)
class Shown:
    """One setting as it is shown; a secret's value is hidden, and empty if there is none."""

    name: str
    value: str
    source: Source
    description: str


@app.callback()
def _config() -> None:
    """The settings."""


@app.command()
def show(*, as_json: AsJson = False) -> None:
    """Show every setting with its value, its source and its meaning. Secrets are hidden.

    Examples:
    - `autotrader config show`
    - `autotrader config show --json`
    """
    rows = shown_settings(load_settings(), os.environ, _ENV_FILE)
    if as_json:
        print_json({"settings": rows})
        return
    columns = ("setting", "value", "source", "meaning")
    cells = ((row.name, row.value, row.source, row.description) for row in rows)
    print_table("Settings", columns, cells)


def shown_settings(
    settings: Settings, env: Mapping[str, str], env_file: Path | None
) -> list[Shown]:
    """Every setting in the order of .env.example."""
    names = Settings.model_fields
    ordered = {name: field for group in GROUPS for name, field in group.model_fields.items()}
    by_environment = given_values(names, env=env, env_file=None)
    given = given_values(names, env=env, env_file=env_file)

    def source(name: str) -> Source:
        if name in by_environment:
            return Source.ENVIRONMENT
        return Source.ENV_FILE if name in given else Source.DEFAULT

    return [
        Shown(
            name=f"{PREFIX}{name.upper()}",
            value=_text(getattr(settings, name)),
            source=source(name),
            description=f"{field.description}{allowed(field)}",
        )
        for name, field in ordered.items()
    ]


def _text(value: object) -> str:
    match value:
        case None:
            return ""
        case SecretStr():
            return HIDDEN if value.get_secret_value() else ""
        case tuple():
            return ",".join(map(str, value))
        case _:
            return str(value)

"""`db`: the schema of the desk's database."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from cli.database import embedded_database, running_database
from cli.options import AsJson, Yes
from cli.output import print_json, say
from cli.settings import load_settings
from db import migrate

app = typer.Typer(help="The schema of the database.", no_args_is_help=True)

Revision = Annotated[str, typer.Argument(help="A revision such as 2026_11_21_1, or base.")]


@app.command()
def upgrade(*, as_json: AsJson = False) -> None:
    """Bring the database to this program's newest schema. Does nothing if it is there.

    Examples:
    - `autotrader db upgrade`
    """
    with _any_schema() as url:
        _tell(migrate.upgrade(url), as_json=as_json)


@app.command()
def downgrade(revision: Revision, *, yes: Yes = False, as_json: AsJson = False) -> None:
    """Go back to an older schema. Rows of tables that it does not have are lost.

    Examples:
    - `autotrader db downgrade 2026_11_21_1`
    - `autotrader db downgrade base --yes`
    """
    with _any_schema() as url:
        if not yes:
            question = f"Go back to {revision}? Rows of newer tables are lost."
            typer.confirm(question, abort=True, err=True)
        _tell(migrate.downgrade(url, revision), as_json=as_json)


@app.command()
def current(*, as_json: AsJson = False) -> None:
    """Show the revision the database is at, and the newest one.

    Examples:
    - `autotrader db current --json`
    """
    with _any_schema() as url:
        _tell(migrate.current(url), as_json=as_json)


def _tell(revision: str | None, *, as_json: bool) -> None:
    newest = migrate.head()
    if as_json:
        print_json({"revision": revision, "newest": newest, "is_current": revision == newest})
        return
    state = "the newest" if revision == newest else f"the newest is {newest}"
    say(f"The database is at {revision or 'no revision (empty)'}; {state}.")


@contextmanager
def _any_schema() -> Iterator[str]:
    """The URL of the desk's database, whatever its schema is."""
    settings = load_settings()
    url = settings.database_url.get_secret_value() or running_database(settings)
    if url:
        yield url
        return
    with embedded_database(settings) as server:
        yield server.url

"""`token`: who may use the API, and how far."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from sqlalchemy.orm import Session, sessionmaker

from cli.database import desk_in_force
from cli.options import AsJson
from cli.output import print_json, print_table, say
from db.engine import open_engine
from db.keys import AccountKey
from db.migrate import require_current
from db.repositories.api_tokens import Token
from db.unit_of_work import session_factory
from tasks.api_tokens import create_token, revoke_token, tokens
from tasks.asking import asking_of
from tasks.clock import wall_time
from trading.api_access import Scope

app = typer.Typer(help="Tokens of the API: who may use it, and how far.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(metavar="NAME", help="Of the program that uses it.")]

Books = tuple[sessionmaker[Session], AccountKey]


@app.command()
def create(
    name: Name,
    *,
    scope: Annotated[
        Scope,
        typer.Option(
            help="read looks; trade also answers proposals, uploads charts and halts; admin also "
            "resumes."
        ),
    ] = Scope.READ,
    as_json: AsJson = False,
) -> None:
    """Make a token for a program and show it, this once: only its hash is kept.

    It opens the account of the settings alone. What is done with it is recorded as `api:NAME`, so
    a name is never given twice.

    Examples:
    - `autotrader token create dashboard`
    - `autotrader token create trading-view --scope trade --json`
    """
    with _books() as (sessions, key):
        made = create_token(sessions, key, name, scope, now=wall_time())
    secret = made.secret.get_secret_value()
    if as_json:
        print_json({"name": made.name, "scope": made.scope, "token": secret})
        return
    say(f"Token {made.name} ({made.scope}); it is shown only now:")
    say(secret)


@app.command("list")
def list_tokens(*, as_json: AsJson = False) -> None:
    """Every token of the account, the revoked ones too; the tokens themselves are not known.

    Examples:
    - `autotrader token list`
    - `autotrader token list --json`
    """
    with _books() as (sessions, key):
        found = tokens(sessions, key)
    if as_json:
        print_json({"tokens": [_facts(token) for token in found]})
        return
    columns = ("name", "scope", "created", "last used", "revoked")
    print_table("Tokens", columns, map(_row, found))


@app.command()
def revoke(name: Name, *, as_json: AsJson = False) -> None:
    """End a token; from the next request on it opens nothing. It cannot be brought back.

    Examples:
    - `autotrader token revoke dashboard`
    """
    with _books() as (sessions, key):
        revoke_token(sessions, key, name, now=wall_time())
    if as_json:
        print_json({"revoked": name})
        return
    say(f"Token {name} opens nothing any more.")


@contextmanager
def _books() -> Iterator[Books]:
    """Sessions on the desk's database, and whose tokens are meant."""
    with (
        desk_in_force() as settings,
        open_engine(settings.database_url.get_secret_value()) as engine,
    ):
        require_current(engine)
        yield session_factory(engine), asking_of(settings).recipient.account


def _facts(token: Token) -> dict[str, object]:
    return {
        "name": token.name,
        "scope": token.scope,
        "created_at": token.created_at,
        "last_used_at": token.last_used_at,
        "revoked_at": token.revoked_at,
    }


def _row(token: Token) -> tuple[object, ...]:
    return token.name, token.scope, token.created_at, token.last_used_at, token.revoked_at

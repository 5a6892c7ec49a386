"""`inbox`: what differs between the desk's books and the exchange, and who settles it."""

from dataclasses import fields
from typing import Annotated
from uuid import UUID

import typer

from cli.database import account_of, database_session, desk_database
from cli.options import AsJson
from cli.output import cell, print_json, say
from cli.settings import load_settings
from db.engine import create_engine
from db.migrate import require_current
from db.queries.discrepancies import Discrepancy, open_discrepancies, recent_discrepancies
from db.repositories.discrepancies import Acknowledgement, Known
from db.unit_of_work import session_factory
from tasks.clock import wall_time
from tasks.inbox import acknowledge
from trading.settlement import RULES

FAILED = 1

app = typer.Typer()


@app.callback(invoke_without_command=True)
def inbox(
    context: typer.Context,
    *,
    everything: Annotated[
        bool, typer.Option("--all", help="Settled ones too, the newest hundred.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show the differences that are open, those first that wait for a human.

    Examples:
    - `autotrader inbox`
    - `autotrader inbox --all --json`
    """
    if context.invoked_subcommand is not None:
        return
    settings = load_settings()
    key = account_of(settings)
    with database_session(settings) as session:
        read = recent_discrepancies if everything else open_discrepancies
        found = sorted(read(session, key), key=_waits_for_nobody)
    if as_json:
        print_json({"discrepancies": [_facts(item) for item in found]})
        return
    if not found:
        say("Nothing differs: books and exchange agree.")
        return
    for item in found:
        _show(item)


@app.command()
def ack(
    identity: Annotated[UUID, typer.Argument(metavar="ID", help="As `autotrader inbox` shows.")],
    *,
    by: Annotated[str, typer.Option(metavar="NAME", help="Who takes responsibility.")],
    note: Annotated[str, typer.Option(metavar="TEXT", help="Why it is fine.")],
    as_json: AsJson = False,
) -> None:
    """Settle a difference by hand: it is told again only when it changes.

    Nothing is changed at the exchange. Exit code 1 if there is no such open difference.

    Examples:
    - `autotrader inbox ack 5f8c1d3e-0000-4000-8000-000000000000 --by anna --note "my own hedge"`
    """
    said = _said(by, note)
    settings = load_settings()
    key = account_of(settings)
    with desk_database(settings) as url:
        engine = create_engine(url)
        try:
            require_current(engine)
            sessions = session_factory(engine)
            settled = acknowledge(sessions, key, identity, said, now=wall_time())
        finally:
            engine.dispose()
    if settled is None:
        say(f"No open difference {identity} in account {key.account}; see `autotrader inbox`.")
        raise typer.Exit(FAILED)
    if as_json:
        print_json(_facts(settled))
        return
    say(f"Settled by {said.by}: {settled.kind} of {settled.subject}.")


def _said(by: str, note: str) -> Acknowledgement:
    for name, text in (("--by", by), ("--note", note)):
        if not text.strip():
            message = f"{name} is empty; a difference is settled by a name and a reason"
            raise typer.BadParameter(message)
    return Acknowledgement(by, note)


def _facts(item: Discrepancy | Known) -> dict[str, object]:
    return {field.name: getattr(item, field.name) for field in fields(item)} | {"id": str(item.id)}


def _waits_for_nobody(item: Discrepancy) -> bool:
    return item.escalated_at is None or item.resolved_at is not None


def _show(item: Discrepancy) -> None:
    # Lines and no table: a folded id could not be copied into `inbox ack`.
    evidence = ", ".join(f"{name} {value}" for name, value in sorted(item.evidence.items()))
    say(f"{item.id}  {item.kind} of {item.subject}, since {cell(item.first_seen_at)} UTC")
    say(f"    {_state(item)}")
    say(f"    {evidence}")


def _state(item: Discrepancy) -> str:
    if item.acknowledged_by:
        return f"settled by {item.acknowledged_by}: {item.resolution}"
    if item.resolved_at is not None:
        return item.resolution
    asked = "waits for a human" if item.escalated_at else "open"
    return f"{asked}: {RULES[item.kind].text}"

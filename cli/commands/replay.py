"""`replay`: stored decisions through the code and the settings of today, asking nobody."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Annotated
from uuid import UUID

import typer
from sqlalchemy.orm import Session

from adapters.answers.reading import read_answer
from adapters.chart_image import render_chart
from cli.database import database_session
from cli.options import AsJson, moment
from cli.output import cell, print_json, print_table, say
from cli.progress import progress_bar
from cli.settings import load_settings
from db.queries.replay import Selection, StoredReply, find_decisions, load_decision
from tasks.replaying import Replayed, Status, Today
from tasks.replaying import replay as replay_one
from tasks.resources import Desk, desk_of
from trading.capabilities import is_mode_strict
from trading.failures import Failure
from trading.model_answer import ModelAnswer

FAILED = 1


def _symbol(text: str) -> str:
    return text.upper()


def replay(
    decision: Annotated[
        UUID | None, typer.Argument(metavar="DECISION", help="The id of a decision.")
    ] = None,
    *,
    slot: Annotated[
        datetime | None,
        typer.Option(parser=moment, metavar="TIME", help="Decisions of this slot, in UTC."),
    ] = None,
    symbol: Annotated[
        str | None, typer.Option(parser=_symbol, metavar="NAME", help="Of this symbol only.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Every decision.")] = False,
    since: Annotated[
        datetime | None,
        typer.Option(parser=moment, metavar="DATE", help="Of slots from this day on, in UTC."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Decide again what was decided before, from what is stored, and show what would differ.

    The chart is drawn, the analyst's words are read, and the answer is judged by the code and
    the settings of today. Nothing but the database is asked and nothing costs money. The risk
    limits are not asked again: the account is another one today. Exit code 1 if any decision
    would differ or the one that is named is not stored.

    Examples:
    - `autotrader replay 0194f3a2-0000-7000-8000-000000000000`
    - `autotrader replay --slot 2026-01-01T03:00 --symbol BTCUSDT`
    - `autotrader replay --all --since 2026-01-01 --json`
    """
    _require_one_choice(decision, slot, is_all=everything)
    if since is not None and not everything:
        message = "--since chooses among all decisions; add --all"
        raise typer.BadParameter(message)
    settings = load_settings()
    desk = desk_of(settings)
    with database_session(settings) as session:
        if decision is not None:
            wanted = [decision]
        else:
            wanted = find_decisions(session, desk.account, Selection(slot, symbol, since))
        done = list(_replayed(session, desk, wanted))
    if as_json:
        print_json(_facts(done))
    else:
        _tell(done)
    is_missing = not done and not everything
    if is_missing or any(one.status is Status.DIFFERS for one in done):
        raise typer.Exit(FAILED)


def _require_one_choice(decision: UUID | None, slot: datetime | None, *, is_all: bool) -> None:
    if [decision is not None, slot is not None, is_all].count(True) != 1:
        message = "say which decisions: one DECISION, or --slot, or --all"
        raise typer.BadParameter(message)


def _replayed(session: Session, desk: Desk, wanted: Sequence[UUID]) -> Iterator[Replayed]:
    today = Today(desk, render_chart, _read)
    with progress_bar("replaying", len(wanted)) as bar:
        for decision_id in wanted:
            stored = load_decision(session, desk.account, decision_id)
            if stored is not None:
                yield replay_one(session, today, stored)
            bar.advance()


def _read(told: StoredReply) -> ModelAnswer | Failure:
    # As strictly as the server had promised when it was asked; the list may know better today.
    return read_answer(told.reply, strict=is_mode_strict(told.mode))


def _facts(done: Sequence[Replayed]) -> dict[str, object]:
    counts = Counter(one.status for one in done)
    decisions = [
        {field.name: getattr(one, field.name) for field in fields(one)}
        | {"decision_id": str(one.decision_id)}
        for one in done
    ]
    return {**{str(status): counts[status] for status in Status}, "decisions": decisions}


def _tell(done: Sequence[Replayed]) -> None:
    for one in done:
        if one.status is Status.DIFFERS or len(done) == 1:
            _show(one)
    counts = Counter(one.status for one in done)
    if not done:
        say("No such decision is stored.")
        return
    say(
        f"{len(done)} replayed: {counts[Status.SAME]} same, {counts[Status.DIFFERS]} differ, "
        f"{counts[Status.UNSEEN]} had no market to look at."
    )


def _show(one: Replayed) -> None:
    made_by = [
        what
        for what, is_same in (("code", one.is_same_code), ("settings", one.is_same_settings))
        if not is_same
    ]
    other = f" (made with other {' and '.join(made_by)})" if made_by else ""
    title = f"{one.symbol} {cell(one.slot)} UTC {one.arm}: {one.status}{other}"
    if not one.differences:
        say(title)
        return
    rows = ((found.what, found.stored, found.today) for found in one.differences)
    print_table(f"{title}  {one.decision_id}", ("what", "stored", "today"), rows)

"""`halt` and `resume`: stop the account by hand, and let it trade again."""

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from typing import Annotated

import typer
from sqlalchemy.orm import Session, sessionmaker

from cli.database import desk_in_force
from cli.desk import open_desk
from cli.options import AsJson
from cli.output import print_json, say, warn
from config.settings import Settings
from db.engine import create_engine
from db.migrate import require_current
from db.repositories.halts import Halt
from db.unit_of_work import session_factory
from tasks import halting
from tasks.asking import asking_of
from tasks.clock import wall_time
from tasks.halting import Resumed, StillWindingDown
from trading.brakes import TripPolicy
from trading.errors import ExchangeError

REFUSED = 3


def _text(text: str) -> str:
    if not text.strip():
        message = "it is empty; say it in words, it is kept for good"
        raise typer.BadParameter(message)
    return text.strip()


Reason = Annotated[
    str, typer.Option(parser=_text, metavar="TEXT", help="Why, in words; it is kept for good.")
]
By = Annotated[
    str | None,
    typer.Option(
        parser=_text,
        metavar="NAME",
        help="Who decides this; by default whoever is logged in here.",
    ),
]


def halt(
    *,
    reason: Reason,
    by: By = None,
    policy: Annotated[
        TripPolicy,
        typer.Option(help="What becomes of positions: keep them, reduce to half, or flatten."),
    ] = TripPolicy.KEEP,
    as_json: AsJson = False,
) -> None:
    """Stop all entries until somebody resumes; entry orders are cancelled, stops stay.

    It works while the exchange is silent: the halt holds at once, and what could not be cancelled
    or closed now, the next sync does. Halted again with a stricter policy, that one is done.

    Examples:
    - `autotrader halt --reason "leaving for a week"`
    - `autotrader halt --reason "market breaks" --policy flatten`
    """
    with desk_in_force() as settings:
        pulled = _halt(settings, reason=reason, by=by or getpass.getuser(), policy=policy)
    if as_json:
        print_json({"halt": _facts(pulled), "settled": pulled.settled_at is not None})
        return
    say(f"Halted by {pulled.pulled_by}: {pulled.reason} ({pulled.policy}).")
    if pulled.settled_at is None:
        warn("Not carried out in full yet; the next sync goes on with it.")


def resume(
    *,
    reason: Reason,
    by: By = None,
    force: Annotated[
        bool,
        typer.Option("--force", help="Resume although a brake is still closing positions."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Let the account trade again after a halt, whoever pulled it.

    Drawdown and the day's loss are counted from the equity of this moment on. While a brake is
    still closing positions it is refused with exit code 3; `--force` overrules that.

    Examples:
    - `autotrader resume --reason "loss understood, limits halved"`
    - `autotrader resume --reason "closed by hand" --by Ada --force --json`
    """
    with desk_in_force() as settings, open_desk(settings, role="resume") as resources:
        name = by or getpass.getuser()
        answer = halting.resume(resources, reason=reason, by=name, is_forced=force)
    if as_json:
        print_json(
            {"resumed": isinstance(answer, Resumed), "halts": [*map(_facts, _halts(answer))]}
        )
    else:
        say(_sentence(answer))
    if isinstance(answer, StillWindingDown):
        raise typer.Exit(REFUSED)


def _halt(settings: Settings, *, reason: str, by: str, policy: TripPolicy) -> Halt:
    try:
        with open_desk(settings, role="halt") as resources:
            return halting.halt(resources, reason=reason, by=by, policy=policy)
    except ExchangeError as error:
        warn(f"The exchange does not answer: {error}")
    # The halt must hold all the same.
    with _sessions(settings) as sessions:
        owner = asking_of(settings).recipient
        return halting.pull_by_hand(
            sessions, owner, reason=reason, by=by, policy=policy, now=wall_time()
        )


@contextmanager
def _sessions(settings: Settings) -> Iterator[sessionmaker[Session]]:
    engine = create_engine(settings.database_url.get_secret_value())
    try:
        require_current(engine)
        yield session_factory(engine)
    finally:
        engine.dispose()


def _halts(answer: Resumed | StillWindingDown) -> tuple[Halt, ...]:
    return answer.released if isinstance(answer, Resumed) else answer.halts


def _facts(halt: Halt) -> dict[str, object]:
    return {field.name: getattr(halt, field.name) for field in fields(halt) if field.name != "id"}


def _sentence(answer: Resumed | StillWindingDown) -> str:
    kinds = ", ".join(one.kind for one in _halts(answer))
    if isinstance(answer, StillWindingDown):
        return (
            f"Refused: {kinds} is not carried out yet, positions or orders are left; run "
            "`autotrader sync` or resume with --force"
        )
    return f"Resumed after {kinds}." if kinds else "Nothing was halted; entries are allowed."

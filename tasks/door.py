"""The desk as somebody outside its runs reaches it: his answer, his halt, his resuming."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from uuid import UUID

import structlog
from sqlalchemy.orm import Session, sessionmaker

from config.settings import Settings
from db.engine import EngineOptions, open_engine
from db.keys import AccountKey
from db.migrate import require_current
from db.repositories.halts import Halt
from db.repositories.intents import Intent
from db.unit_of_work import engine_of, session_factory
from tasks import halting
from tasks.approvals import Answered, answer, decline
from tasks.asking import Asking, asking_of
from tasks.carrying_out import CarriedOut, carry_out_approved
from tasks.clock import Clock
from tasks.halting import Resumed, StillWindingDown
from tasks.resources import Resources, open_resources
from trading.brakes import TripPolicy
from trading.errors import ExchangeError
from trading.proposal_answers import Answer, Choice, Ruling

OpenResources = Callable[[], AbstractContextManager[Resources]]
"""Connects to the exchange for one deed; reading does not need it."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Door:
    """What a deed from outside needs. `now` is the desk's time."""

    sessions: sessionmaker[Session]
    asking: Asking
    open_resources: OpenResources
    now: Clock

    @property
    def account(self) -> AccountKey:
        """The one account that is reached here."""
        return self.asking.recipient.account


@dataclass(frozen=True, slots=True)
class Settled:
    """What an answer did and what became of its order.

    `is_left_to_sync`: the exchange fell silent after the yes; the approval stands and the next
    sync carries it out.
    """

    answered: Answered
    carried_out: CarriedOut = None
    is_left_to_sync: bool = False

    @property
    def intent(self) -> Intent | None:
        """The order that was sent, with its end."""
        return self.carried_out if isinstance(self.carried_out, Intent) else None


@contextmanager
def open_door(settings: Settings, *, role: str, now: Clock) -> Iterator[Door]:
    """The way to the desk of the settings; its exchange is opened for each deed.

    `role` names the process in the database's own views.

    Raises:
        MisconfiguredError: the database cannot be reached or its schema is not this program's.
    """
    url = settings.database_url.get_secret_value()
    with open_engine(url, EngineOptions(application_name=role)) as engine:
        require_current(engine)
        opening = partial(open_resources, settings, role=role)
        yield Door(session_factory(engine), asking_of(settings), opening, now)


def give_answer(door: Door, proposal_id: UUID, given: Answer) -> Settled | None:
    """What an answer did; an approved order was sent before this returns. None: no such proposal.

    A no holds while the exchange is silent.

    Raises:
        ExchangeError: the market could not be asked; nothing was changed, answer again.
    """
    if given.choice is Choice.REJECT:
        said_no = decline(door.sessions, door.asking, proposal_id, given, now=given.at)
        return None if said_no is None else Settled(said_no)
    with door.open_resources() as resources:
        answered = answer(resources, door.asking, proposal_id, given)
        if answered is None:
            return None
        if answered.judged.ruling is not Ruling.APPROVED:
            return Settled(answered)
        return _carried_out(resources, door, answered)


def halt(door: Door, *, reason: str, by: str, policy: TripPolicy) -> Halt:
    """The halt, carried out as far as the exchange let us; it holds however silent that is."""
    owner = door.asking.recipient
    # First what needs the database alone.
    pulled = halting.pull_by_hand(
        door.sessions, owner, reason=reason, by=by, policy=policy, now=door.now()
    )
    try:
        with door.open_resources() as resources:
            return halting.carry_out(resources, pulled)
    except ExchangeError as error:
        log.warning("halt is left to the next sync", policy=policy, error=str(error))
        return pulled


def resume(
    door: Door, *, reason: str, by: str, is_forced: bool = False
) -> Resumed | StillWindingDown:
    """Let the account trade again, unless a brake is still closing positions.

    Raises:
        ExchangeError: the wallet could not be read; every halt holds, ask again.
    """
    with door.open_resources() as resources:
        return halting.resume(resources, reason=reason, by=by, is_forced=is_forced)


def require_ready(door: Door) -> None:
    """Refuse a database that is away or not of this program's schema.

    Raises:
        MisconfiguredError: it is; the message says what to do, for the owner of the machine.
    """
    require_current(engine_of(door.sessions))


def _carried_out(resources: Resources, door: Door, answered: Answered) -> Settled:
    try:
        ended = carry_out_approved(resources, door.asking, answered.proposal.id)
    except ExchangeError as error:
        log.warning("approved order is left to the next sync", error=str(error))
        return Settled(answered, is_left_to_sync=True)
    return Settled(answered, ended)

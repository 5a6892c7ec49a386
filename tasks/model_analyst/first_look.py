"""Look once at an open model, before a cycle shows it charts and pays for them."""

from datetime import timedelta

import structlog
from sqlalchemy.orm import Session, sessionmaker

from db.keys import AccountKey
from db.queries.first_looks import newest_look
from db.repositories import llm_answers
from db.repositories.llm_answers import QuestionInFlightError
from db.unit_of_work import read_session, unit_of_work
from tasks.clock import Clock
from tasks.model_analyst.booking import Booking, BudgetExhaustedError
from tasks.model_analyst.breaking import LeftAloneError
from tasks.model_analyst.desk import ModelDesk
from trading.failures import Failure
from trading.first_look import is_due
from trading.model_errors import ModelError

_AT_MOST = timedelta(seconds=45)

log = structlog.get_logger()


def is_look_due(
    sessions: sessionmaker[Session], key: AccountKey, fingerprint: str, now: Clock
) -> bool:
    """Whether the model behind the fingerprint is to be looked at now."""
    moment = now()
    with read_session(sessions) as session:
        newest = newest_look(session, key, fingerprint, now=moment)
    return is_due(newest, now=moment)


def look_once(desk: ModelDesk, fingerprint: str) -> None:
    """One question, and a second one where the first reply may be chance; both are kept.

    Nothing that is wrong with the model is raised: what came of the look stands in the ledger.

    Raises:
        MisconfiguredError: the model cannot be asked so; nothing was sent.
    """
    try:
        with llm_answers.single_flight(desk.sessions, fingerprint, at_most=_AT_MOST):
            if not is_look_due(desk.sessions, desk.account, fingerprint, desk.now):
                return  # another process looked meanwhile
            failure = _ask(desk, fingerprint, attempt=1)
            if failure is not None and failure.remedy.asks_again:
                failure = _ask(desk, fingerprint, attempt=2)
    except (ModelError, LeftAloneError, BudgetExhaustedError, QuestionInFlightError) as error:
        log.warning("model was not looked at", model=desk.model.identity.model, error=str(error))
        return
    found = "fit" if failure is None else failure.code
    log.info("model looked at", model=desk.model.identity.model, found=found)


def _ask(desk: ModelDesk, fingerprint: str, *, attempt: int) -> Failure | None:
    probe = desk.model.probe(desk.sends_picture)
    booking = Booking(desk, None, fingerprint, attempt)
    booking.about(probe.request)
    failure = probe.judge(desk.model.ask(probe.request, booking.around))
    assert booking.kept is not None  # a reply is kept before it is given
    with unit_of_work(desk.sessions) as session:
        llm_answers.judge(session, booking.kept.id, failure, now=desk.now())
    return failure

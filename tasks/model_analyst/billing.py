"""What a request to a model cost, written into the ledger when it has ended."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Session

from db.repositories import llm_calls
from db.repositories.llm_calls import Ending
from trading.call_outcomes import NO_ANSWER, NO_USAGE, NOT_SENT
from trading.model_errors import ModelError, ModelRefusedError, NotSentError
from trading.pricing import Price, cost
from trading.replies import ModelReply


@dataclass(frozen=True, slots=True)
class Reserved:
    """A call that may leave: its row in the ledger, and its price if anybody knows one."""

    call_id: UUID
    price: Price | None


def bill_reply(session: Session, call: Reserved, reply: ModelReply, *, now: datetime) -> None:
    """Book what an answered request used; without usage its reservation stays spent."""
    ending = Ending(
        model_returned=reply.model,
        request_id=reply.request_id,
        finish=reply.finish,
        latency=reply.latency,
        first_byte=reply.first_byte,
        sends=1,
        error_code=None if reply.usage else NO_USAGE,
    )
    _settle(session, call, reply, ending, now)


def bill_failure(
    session: Session, call: Reserved, error: ModelError, *, took: timedelta, now: datetime
) -> ModelReply | None:
    """Book a request that brought no answer; what came back instead, None if nobody answered.

    A request whose bill nobody knows keeps its reservation; a refused one cost nothing.
    """
    reply = error.evidence.as_reply(took)
    ending = Ending(
        request_id=error.evidence.request_id or None,
        latency=took,
        sends=0 if isinstance(error, NotSentError) else 1,
        error_code=_code_of(error),
    )
    if error.may_be_billed or error.evidence.usage is not None:
        _settle(session, call, reply, ending, now)
    else:
        _settle_free(session, call, ending, now)
    return reply


def bill_unsent(session: Session, call: Reserved, *, now: datetime) -> None:
    """Give the reservation back: the model cannot be asked so, which showed before the sending."""
    _settle_free(session, call, Ending(sends=0, error_code=NOT_SENT), now)


def _settle(
    session: Session, call: Reserved, reply: ModelReply | None, ending: Ending, now: datetime
) -> None:
    usage = None if reply is None else reply.usage
    if usage is None:
        llm_calls.keep(session, call.call_id, ending, now=now)
        return
    paid = None if call.price is None else cost(usage, call.price)
    llm_calls.settle(session, call.call_id, usage, paid, now=now, ending=ending)


def _settle_free(session: Session, call: Reserved, ending: Ending, now: datetime) -> None:
    nothing = None if call.price is None else Decimal(0)
    llm_calls.settle(session, call.call_id, None, nothing, now=now, ending=ending)


def _code_of(error: ModelError) -> str:
    if isinstance(error, NotSentError):
        return NOT_SENT
    return error.kind.value if isinstance(error, ModelRefusedError) else NO_ANSWER

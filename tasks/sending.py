"""Send one committed order, and record what the answer means: the table of reactions at work."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import stamina
from sqlalchemy.orm import Session

from db.repositories import halts, intents, risk_state
from db.repositories.intents import Intent, IntentEndedError, Resolution
from db.unit_of_work import read_session, unit_of_work
from tasks.endings import end_intent
from tasks.resources import Resources
from tasks.telling import tell_halt
from trading.brakes import BrakeKind, TripPolicy
from trading.checks import require
from trading.errors import AutotraderError, ExchangeError
from trading.intent_states import IntentState
from trading.orders import Acknowledgement
from trading.retry_policy import PATIENCE, Operation, Reaction, is_fresh, placing, reaction_to
from trading.risk import Approved

Mark = Callable[..., Intent]
"""Notes that a request is about to leave: `intents.mark_sent` or `intents.mark_resent`."""


class _HeldBackError(AutotraderError):
    """An entry may not leave any more: its signal has grown old, or a brake was pulled."""


@dataclass(frozen=True, slots=True)
class _Parcel:
    """An order on its way: the row that was committed for it, and what was approved."""

    intent: Intent
    approved: Approved

    def __post_init__(self) -> None:
        require(
            self.approved.order == self.intent.order,
            f"intent {self.intent.order.link_id} was committed as {self.intent.order} and is to "
            f"be sent as {self.approved.order}; nothing is sent",
        )


def send(
    resources: Resources, intent: Intent, approved: Approved, mark: Mark = intents.mark_sent
) -> Intent:
    """The intent after its request was answered, or as somebody ended it meanwhile.

    A request that certainly did not happen is repeated with the same link id, as often as the
    policy has patience. Everything else is recorded and not sent again here.
    """
    parcel = _Parcel(intent, approved)
    operation = placing(approved.order)
    try:
        acknowledgement = patiently(operation)(_send_once, resources, parcel, mark)
        return _note_acknowledged(resources, intent, acknowledgement)
    except IntentEndedError as error:
        return error.intent
    except _HeldBackError as error:
        return end_intent(resources, intent, _not_executed(str(error), None))
    except ExchangeError as error:
        return _react(resources, intent, error, reaction_to(operation, error.outcome))


def patiently(operation: Operation) -> stamina.BoundRetryingCaller:
    """Calls a request and repeats it while the table says so and patience lasts."""
    patience = PATIENCE[operation]

    def is_repeated(error: Exception) -> bool:
        return (
            isinstance(error, ExchangeError)
            and reaction_to(operation, error.outcome) is Reaction.RETRY_SAME
        )

    return stamina.RetryingCaller(
        attempts=patience.attempts,
        timeout=patience.within,
        wait_initial=patience.first_pause,
        wait_max=patience.longest_pause,
    ).on(is_repeated)


def halt(resources: Resources, error: ExchangeError) -> None:
    """Stop entries until a human looks: the exchange refuses this key or account as a whole."""
    with unit_of_work(resources.sessions) as session:
        pulled = halts.pull(
            session,
            resources.desk.account,
            BrakeKind.EXCHANGE,
            reason=str(error),
            by="exchange",
            policy=TripPolicy.KEEP,
            now=resources.now(),
        )
        tell_halt(session, resources.asking.recipient, pulled)


def _send_once(resources: Resources, parcel: _Parcel, mark: Mark) -> Acknowledgement:
    def note_leaving() -> None:
        # Committed before the request leaves: after a crash the row says that it may exist.
        now = resources.now()
        _require_fresh(resources, parcel.intent, now)
        with unit_of_work(resources.sessions) as session:
            _require_allowed(session, resources, parcel.intent)
            mark(session, parcel.intent.id, now=now)

    return resources.gateway.place(parcel.approved, before_leaving=note_leaving)


def _require_fresh(resources: Resources, intent: Intent, now: datetime) -> None:
    allowed = resources.desk.risk.limits.maximum_signal_age
    if not is_fresh(intent.order, approved_at=intent.reserved_at, now=now, maximum_age=allowed):
        message = f"approved {now - intent.reserved_at} ago, {allowed} allowed; not sent"
        raise _HeldBackError(message)


def _require_allowed(session: Session, resources: Resources, intent: Intent) -> None:
    state = risk_state.get(session, resources.desk.account)
    if state.is_halted and not intent.order.reduce_only:
        message = f"entries were {state.halt} before it could leave; not sent"
        raise _HeldBackError(message)


def _react(
    resources: Resources, intent: Intent, error: ExchangeError, reaction: Reaction
) -> Intent:
    match reaction:
        case Reaction.ADOPT | Reaction.LOOK_UP | Reaction.DONE if _has_left(resources, intent):
            return _note_unknown(resources, intent, error)
        case Reaction.ADOPT | Reaction.LOOK_UP | Reaction.DONE | Reaction.RETRY_SAME:
            return end_intent(resources, intent, _not_executed(str(error), error.code))
        case Reaction.HALT:
            halt(resources, error)
        case Reaction.GIVE_UP | Reaction.READ_POSITION | Reaction.RETRY_SMALLER_ONCE:
            pass
    refused = Resolution(IntentState.REFUSED, error_code=error.code, error_message=str(error))
    return end_intent(resources, intent, refused)


def _note_acknowledged(
    resources: Resources, intent: Intent, acknowledgement: Acknowledgement
) -> Intent:
    with unit_of_work(resources.sessions) as session:
        return intents.mark_acknowledged(
            session, intent.id, order_id=acknowledgement.order_id, now=resources.now()
        )


def _note_unknown(resources: Resources, intent: Intent, error: ExchangeError) -> Intent:
    try:
        with unit_of_work(resources.sessions) as session:
            return intents.mark_unknown(
                session,
                intent.id,
                error_message=str(error),
                error_code=error.code,
                now=resources.now(),
            )
    except IntentEndedError as ended:
        return ended.intent


def _has_left(resources: Resources, intent: Intent) -> bool:
    """Whether a request was noted: the exchange's clock may have failed to answer before."""
    with read_session(resources.sessions) as session:
        stored = intents.by_link_id(session, intent.order.link_id)
    return stored is not None and stored.state is not IntentState.RESERVED


def _not_executed(message: str, code: int | None) -> Resolution:
    return Resolution(IntentState.NOT_EXECUTED, error_code=code, error_message=message)

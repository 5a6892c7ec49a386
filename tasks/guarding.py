"""Make one position protected or gone: set, read back, set again, and at last close it."""

from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID

import stamina
import structlog

from tasks.closing import close_position
from tasks.listing import listed
from tasks.resources import Resources
from trading.errors import (
    AutotraderError,
    ExchangeError,
    ExchangeOutcomeUnknownError,
    ExchangeRefusedError,
    ExchangeRetryableError,
)
from trading.intent_states import IntentState
from trading.orders import Order
from trading.positions import Position
from trading.protection import (
    CloseNow,
    IntendedLevels,
    Protected,
    ProtectionAction,
    SetProtection,
    decide_protection,
    holding_stop,
    on_grid,
    protected_quantity,
)

log = structlog.get_logger()

ATTEMPTS = 3
"""How often a stop is set before the position is closed instead."""

CLOSING_ORDERS = 5
"""How many orders a naked position is closed with before a stop behind the rest has to do."""


class GuardOutcome(StrEnum):
    """How a position stands after it was guarded.

    UNPROVEN: the position row shows its stop and the list of orders does not, after every try.
    """

    PROTECTED = "protected"
    CLOSED = "closed"
    GONE = "gone"
    UNPROVEN = "unproven"
    NAKED = "naked"

    @property
    def is_settled(self) -> bool:
        """Whether nothing is left to do or to find out."""
        return self not in {GuardOutcome.UNPROVEN, GuardOutcome.NAKED}


@dataclass(frozen=True, slots=True)
class Ward:
    """A position of the desk and what its trade was approved with; `trade` names it in orders."""

    position: Position
    intended: IntendedLevels | None
    trade: str
    decision_id: UUID | None


@dataclass(frozen=True, slots=True)
class Guarded:
    """A position that was found without a full stop, what was done, and how it stands now."""

    symbol: str
    action: ProtectionAction
    outcome: GuardOutcome
    detail: str = ""


class _NotCoveredError(AutotraderError):
    """The stop does not stand yet; `action` is what the newest look asks for."""

    def __init__(self, action: ProtectionAction) -> None:
        super().__init__("the stop does not stand yet")
        self.action = action


@dataclass(frozen=True, slots=True)
class _Gone:
    """The position is closed."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """What came of asking for levels: `complaint` is empty if the exchange took them.

    After a refusal nothing will appear; without an answer it may.
    """

    complaint: str = ""
    is_refused: bool = False


def judge(ward: Ward, open_orders: tuple[Order, ...]) -> ProtectionAction:
    """What the position needs, by the records that are given."""
    return decide_protection(ward.position, open_orders, intended=ward.intended)


def guard(resources: Resources, ward: Ward, action: SetProtection | CloseNow) -> Guarded:
    """Do `action` and make sure of it; bounded, so that the next position gets its turn.

    Accepted does not mean that a stop stands (bybit_v5.md F10), so the records are read back. No
    position is closed on one look (F7). An exchange that does not answer leaves it NAKED here,
    and the next sync goes on.
    """
    symbol = ward.position.symbol
    try:
        outcome, detail = _until_settled(resources, ward, action)
    except ExchangeError as error:
        outcome, detail = GuardOutcome.NAKED, str(error)
    if not outcome.is_settled:
        log.error("position is not protected", symbol=symbol, outcome=outcome, detail=detail)
    return Guarded(symbol, action, outcome, detail)


def _until_settled(
    resources: Resources, ward: Ward, first: SetProtection | CloseNow
) -> tuple[GuardOutcome, str]:
    now: ProtectionAction | _Gone = first
    for _ in range(ATTEMPTS):
        asked = _put(resources, ward, now) if isinstance(now, SetProtection) else _NOTHING_NEW
        done, now = now, _look(resources, ward, asked)
        match now:
            case _Gone():
                return GuardOutcome.GONE, f"position gone: {first.detail}"
            case Protected():
                return GuardOutcome.PROTECTED, _told(done, first)
            case CloseNow():
                return _close(resources, ward, now.detail)
            case SetProtection():
                log.warning(
                    "stop does not stand", symbol=ward.position.symbol, refusal=asked.complaint
                )
    position = _position(resources, ward)
    if position is not None and position.stop_loss is not None:
        return GuardOutcome.UNPROVEN, f"row shows stop {position.stop_loss}: {first.detail}"
    return _close(resources, ward, f"{first.detail}; no stop stood after {ATTEMPTS} attempts")


def _told(done: ProtectionAction | _Gone, first: SetProtection | CloseNow) -> str:
    if isinstance(done, SetProtection):
        return f"stop set at {done.stop_loss}: {first.detail}"
    return f"stop stands after all: {first.detail}"


def _put(resources: Resources, ward: Ward, levels: SetProtection) -> _Asked:
    """Ask for the levels, once more on the tick grid of now if they are refused.

    An instrument may change its tick (F16).
    """
    asked = _ask(resources, ward, levels)
    if not asked.is_refused:
        return asked
    instrument = listed(resources, ward.position.symbol)
    if instrument is None:
        return asked
    fitted = on_grid(levels, ward.position, instrument)
    if isinstance(fitted, CloseNow) or fitted == levels:
        return asked
    return _ask(resources, ward, fitted)


def _ask(resources: Resources, ward: Ward, levels: SetProtection) -> _Asked:
    try:
        resources.gateway.set_protection(
            ward.position.symbol,
            stop_loss=levels.stop_loss,
            take_profit=levels.take_profit,
            position_index=ward.position.position_index,
        )
    except ExchangeRefusedError as error:
        return _Asked(str(error), is_refused=True)
    except (ExchangeRetryableError, ExchangeOutcomeUnknownError) as error:
        return _Asked(str(error))
    return _Asked()


def _look(resources: Resources, ward: Ward, asked: _Asked) -> ProtectionAction | _Gone:
    """What the newest records ask for, after a moment in which a stop may appear."""
    patiently = _SHORTLY if asked.is_refused else _WHILE_IT_APPEARS
    try:
        return patiently(_covered, resources, ward)
    except _NotCoveredError as error:
        return error.action


def _covered(resources: Resources, ward: Ward) -> Protected | _Gone:
    # Orders first: a position that closes in between shows as gone, never as naked.
    open_orders = tuple(resources.gateway.open_orders())
    position = _position(resources, ward)
    if position is None:
        return _Gone()
    action = decide_protection(position, open_orders, intended=ward.intended)
    if isinstance(action, Protected):
        return action
    raise _NotCoveredError(action)


def _position(resources: Resources, ward: Ward) -> Position | None:
    for position in resources.gateway.positions():
        if position.symbol == ward.position.symbol:
            return position
    return None


def _close(resources: Resources, ward: Ward, detail: str) -> tuple[GuardOutcome, str]:
    position = _position(resources, ward)
    if position is None:
        return GuardOutcome.GONE, f"position gone: {detail}"
    # Named by the moment: a close that failed is tried anew by the next sync, under an id of its
    # own. Reduce-only, so two of them cannot do more than close.
    why = f"unprotected trade {ward.trade} at {resources.now().isoformat()}"
    ended = close_position(
        resources,
        position,
        why=why,
        decision_id=ward.decision_id,
        on_rest=_Holder(resources, ward),
    )
    left = _left(resources, ward)
    if left is None and ended.state is IntentState.FILLED:
        return GuardOutcome.CLOSED, f"closed at the market: {detail}"
    if left is not None and left.stop_loss is not None:
        said = f"{left.quantity} could not be closed yet and have a stop at {left.stop_loss}"
        return GuardOutcome.PROTECTED, f"{said}: {detail}"
    return GuardOutcome.NAKED, f"the close {ended.order.link_id} is {ended.state}: {detail}"


class _Holder:
    """Puts a stop behind what a close left over, and ends the close after some orders.

    A book without depth takes a position in small pieces, for minutes. A stop stands behind the
    rest meanwhile, and the next position gets its turn.
    """

    def __init__(self, resources: Resources, ward: Ward) -> None:
        self._resources, self._ward, self._orders = resources, ward, 0

    def __call__(self, rest: Position) -> bool:
        """Whether another order is worth it."""
        self._orders += 1
        instrument = listed(self._resources, rest.symbol)
        if rest.stop_loss is None and instrument is not None:
            levels = SetProtection(holding_stop(rest, instrument), None, "what a close left over")
            asked = _ask(self._resources, self._ward, levels)
            log.warning(
                "rest of a close is held by a stop",
                symbol=rest.symbol,
                quantity=str(rest.quantity),
                stop=str(levels.stop_loss),
                refusal=asked.complaint,
            )
        return self._orders < CLOSING_ORDERS


def _left(resources: Resources, ward: Ward) -> Position | None:
    """What of the position is left, with the stop that covers it; without one, none is shown."""
    open_orders = tuple(resources.gateway.open_orders())
    position = _position(resources, ward)
    if position is None or protected_quantity(position, open_orders) == position.quantity:
        return position
    return replace(position, stop_loss=None)


_NOTHING_NEW = _Asked(is_refused=True)
"""The price has passed the stop, so none was asked for and none will appear."""

# About half a second after a stop was set: where it stands at all it is listed by then.
_WHILE_IT_APPEARS = stamina.RetryingCaller(
    attempts=4, timeout=0.6, wait_initial=0.05, wait_max=0.2, wait_jitter=0.0
).on(_NotCoveredError)
# Where nothing will appear one more look decides, so that the position stands naked no longer than
# it takes to be sure.
_SHORTLY = stamina.RetryingCaller(
    attempts=2, timeout=0.6, wait_initial=0.1, wait_max=0.1, wait_jitter=0.0
).on(_NotCoveredError)

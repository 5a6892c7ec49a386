"""The cost ledger of model calls: money is reserved before a call and settled after it.

analysis.md §3.9. Reserve in a transaction of its own and commit it before the request leaves, so
that a crash costs a reservation and never an unseen bill. Retries are calls: each is reserved.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import assert_never
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session
from uuid_utils.compat import uuid7

from db.keys import AccountKey
from db.models import LlmCallRow
from db.repositories.outside_text import storable
from db.repositories.rows import account_columns, belongs_to, columns_of
from db.repositories.usage_columns import usage_columns
from db.states import CallState
from trading.budget import (
    BudgetLimits,
    Granted,
    Refused,
    Soft,
    Spent,
    day_start,
    decide,
    month_start,
)
from trading.checks import require, require_not_negative
from trading.errors import InvariantError
from trading.pricing import Price, worst_case
from trading.replies import FinishState, Purpose, Usage


@dataclass(frozen=True, slots=True)
class Wish:
    """A call somebody wants to make. `slot`, `symbol` and `arm` name the decision it is for.

    `estimated_input_tokens` are those of the text and of the `pictures` (`image_tokens`) together.
    `attempt` counts the questions of one decision from 1. `price` is None when nobody knows it.
    """

    purpose: Purpose
    host: str
    model_requested: str
    estimated_input_tokens: int
    max_output_tokens: int
    price: Price | None
    image_tokens: int = 0
    pictures: int = 0
    slot: datetime | None = None
    symbol: str | None = None
    arm: str | None = None
    attempt: int = 1
    prompt_fingerprint: str | None = None

    def __post_init__(self) -> None:
        require(self.host != "" and self.model_requested != "", "a call names a host and a model")
        require(self.attempt >= 1, f"attempt is {self.attempt}; attempts count from 1")
        require(
            0 <= self.image_tokens <= self.estimated_input_tokens and self.max_output_tokens > 0,
            f"a call of {self.estimated_input_tokens} input tokens, {self.image_tokens} of them "
            f"pictures, and at most {self.max_output_tokens} output tokens; the pictures are part "
            "of the input, and there is room for an answer",
        )
        require(
            self.slot is None or (self.symbol is not None and self.arm is not None),
            f"a call for slot {self.slot} of symbol {self.symbol} and arm {self.arm}; a decision "
            "has all three",
        )

    @property
    def reservation_usd(self) -> Decimal | None:
        """What the call costs at most; None when nobody knows the price."""
        if self.price is None:
            return None
        return worst_case(self.estimated_input_tokens, self.max_output_tokens, self.price)


@dataclass(frozen=True, slots=True)
class Reservation:
    """Leave to make one call."""

    call_id: UUID
    reserved_usd: Decimal | None


@dataclass(frozen=True, slots=True)
class Ending:
    """How a call ended, as far as the server said so."""

    model_returned: str | None = None
    request_id: str | None = None
    finish: FinishState | None = None
    latency: timedelta | None = None
    first_byte: timedelta | None = None
    sends: int | None = None
    error_code: str | None = None


def reserve(
    session: Session, key: AccountKey, wish: Wish, limits: BudgetLimits, now: datetime
) -> Reservation | Refused:
    """The call's row with its worst case reserved, or why the budget refuses it.

    Reservations of one account happen one after the other, each counting those before it: the
    lock is held until the transaction ends, so commit at once.
    """
    hold(session, key)
    verdict = decide(limits, spent(session, key, wish.symbol, now=now), wish.reservation_usd)
    match verdict:
        case Refused():
            return verdict
        case Granted() | Soft():
            return _insert(session, key, wish, now)
        case _:  # pragma: no cover
            assert_never(verdict)


def hold(session: Session, key: AccountKey) -> None:
    """Let nobody else reserve for this account before the transaction ends.

    `reserve` does it itself; do it before, if what is read first must still be true then.
    """
    name = f"llm budget|{key.environment}|{key.account}"
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))


def settle(
    session: Session,
    call_id: UUID,
    usage: Usage | None,
    cost: Decimal | None,
    *,
    now: datetime,
    ending: Ending | None = None,
) -> None:
    """Book what the call cost, in USD, in place of its reservation.

    0 and no usage for a call that certainly was not billed; None for a call whose price nobody
    knew. A kept reservation may be settled when its usage becomes known.

    Raises:
        InvariantError: the call is settled already or unknown, or the cost is None although there
            was a price. Nothing was booked.
    """
    row = _open_call(session, call_id)
    if cost is not None:
        require_not_negative("cost", cost)
    require(
        (cost is None) == (row.reserved_usd is None),
        f"call {call_id} was reserved at {row.reserved_usd} USD and costs {cost}; a call with a "
        "price is settled at a cost, one without is not",
    )
    _end(session, row, CallState.SETTLED, now, ending, cost_usd=cost, **usage_columns(usage))


def keep(session: Session, call_id: UUID, ending: Ending, *, now: datetime) -> None:
    """The call ended and nobody knows what it used: its reservation stays spent.

    `ending.error_code` says what happened.

    Raises:
        InvariantError: the call is settled already or unknown, or there is no error code.
    """
    require(bool(ending.error_code), f"call {call_id} is kept without an error code; say why")
    _end(session, _open_call(session, call_id), CallState.KEPT, now, ending)


def keep_abandoned(session: Session, key: AccountKey, *, before: datetime, now: datetime) -> int:
    """Keep what was reserved before a moment and never ended; gives how many calls that were.

    For start-up: a process that died in the middle of a call cannot settle it any more.
    """
    statement = (
        update(LlmCallRow)
        .where(
            belongs_to(LlmCallRow, key),
            LlmCallRow.state == CallState.RESERVED,
            LlmCallRow.created_at < before,
        )
        .values(state=CallState.KEPT, error_code="abandoned", ended_at=now)
        .returning(LlmCallRow.id)
    )
    return len(session.scalars(statement).all())


def spent(session: Session, key: AccountKey, symbol: str | None, *, now: datetime) -> Spent:
    """USD of the account today and this month, and of `symbol` today; reservations included.

    A call belongs to the day it was reserved on. Calls without a price count as nothing.
    """
    this_month = LlmCallRow.created_at >= month_start(now)
    today = LlmCallRow.created_at >= day_start(now)
    statement = select(
        _counted_usd(today & (LlmCallRow.symbol == symbol)),
        _counted_usd(today),
        _counted_usd(this_month),
    ).where(belongs_to(LlmCallRow, key), this_month)
    of_symbol, of_day, of_month = session.execute(statement).one()
    return Spent(of_symbol, of_day, of_month)


def _counted_usd(condition: ColumnElement[bool]) -> ColumnElement[Decimal]:
    counted = func.coalesce(LlmCallRow.cost_usd, LlmCallRow.reserved_usd)
    return func.coalesce(func.sum(counted).filter(condition), Decimal(0))


def _insert(session: Session, key: AccountKey, wish: Wish, now: datetime) -> Reservation:
    columns = columns_of(wish)
    columns.pop("price")
    row = LlmCallRow(
        id=uuid7(),
        **account_columns(key),
        **columns,
        price_version=wish.price and wish.price.version,
        reserved_usd=wish.reservation_usd,
        state=CallState.RESERVED,
        created_at=now,
    )
    session.add(row)
    session.flush()
    return Reservation(row.id, row.reserved_usd)


def _open_call(session: Session, call_id: UUID) -> LlmCallRow:
    row = session.get(LlmCallRow, call_id, with_for_update=True)
    if row is None:
        message = f"there is no call {call_id}; reserve it first"
        raise InvariantError(message)
    require(
        row.state is not CallState.SETTLED,
        f"call {call_id} is settled at {row.cost_usd} USD; what is settled stays",
    )
    return row


def _end(
    session: Session,
    row: LlmCallRow,
    state: CallState,
    now: datetime,
    ending: Ending | None,
    **columns: object,
) -> None:
    # What a kept call was known to be stays when it is settled later.
    said = {
        name: storable(value) if type(value) is str else value
        for name, value in columns_of(ending or Ending()).items()
        if value is not None
    }
    for name, value in {**said, **columns, "state": state, "ended_at": now}.items():
        setattr(row, name, value)
    session.flush()

"""Money for a model is reserved before a call and settled after it, to the cent."""

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, sessionmaker

from db.keys import AccountKey
from db.models import LlmCallRow
from db.repositories import llm_calls
from db.repositories.llm_calls import Ending, Reservation
from db.states import CallState
from db.unit_of_work import unit_of_work
from tests.db.model_calls import KEY, NO_LIMITS, NOW, PRICE, RESERVED, reserve, wish
from trading.budget import BudgetLimits, Limit, Refused, Spent
from trading.errors import InvariantError
from trading.pricing import cost
from trading.replies import FinishState, Usage

USED = Usage(input=990, output=400, cached=128, reasoning=250)
ENDED = Ending(
    model_returned="gpt-4.1-2025-04-14",
    request_id="req_1",
    finish=FinishState.COMPLETE,
    latency=timedelta(milliseconds=4_321),
    first_byte=timedelta(milliseconds=1_234),
    sends=1,
)
THREADS = 50


def row_of(session: Session, call_id: UUID) -> LlmCallRow:
    row = session.get(LlmCallRow, call_id)
    assert row is not None
    return row


def spent(session: Session, symbol: str = "BTCUSDT", now: datetime = NOW) -> Spent:
    return llm_calls.spent(session, KEY, symbol, now=now)


def test_a_reservation_counts_at_its_worst_case_before_the_call(session: Session) -> None:
    made = reserve(session)

    assert made == Reservation(made.call_id, RESERVED)
    assert spent(session) == Spent(RESERVED, RESERVED, RESERVED)
    row = row_of(session, made.call_id)
    assert (row.state, row.price_version, row.cost_usd) == (
        CallState.RESERVED,
        PRICE.version,
        None,
    )


def test_a_settled_call_counts_at_its_cost(session: Session) -> None:
    made = reserve(session)
    price = cost(USED, PRICE)
    llm_calls.settle(session, made.call_id, USED, price, now=NOW, ending=ENDED)

    assert spent(session).day == price < RESERVED
    row = row_of(session, made.call_id)
    assert (row.state, row.reserved_usd, row.cost_usd) == (CallState.SETTLED, RESERVED, price)
    assert (row.input_tokens, row.reasoning_tokens, row.sends) == (990, 250, 1)
    assert (row.model_returned, row.latency) == ("gpt-4.1-2025-04-14", ENDED.latency)
    assert row.first_byte == ENDED.first_byte


def test_a_call_of_unknown_usage_keeps_its_reservation(session: Session) -> None:
    made = reserve(session)
    llm_calls.keep(session, made.call_id, Ending(error_code="timeout", sends=1), now=NOW)

    assert spent(session).day == RESERVED
    assert row_of(session, made.call_id).state is CallState.KEPT


def test_a_kept_call_is_settled_when_its_bill_comes(session: Session) -> None:
    made = reserve(session)
    llm_calls.keep(session, made.call_id, Ending(error_code="timeout", sends=1), now=NOW)
    llm_calls.settle(session, made.call_id, USED, Decimal("0.004"), now=NOW)

    row = row_of(session, made.call_id)
    assert (row.state, row.error_code, row.sends) == (CallState.SETTLED, "timeout", 1)
    assert spent(session).day == Decimal("0.004")


def test_a_call_that_was_not_billed_costs_nothing(session: Session) -> None:
    made = reserve(session)
    refused = Ending(error_code="rate_limited", sends=3)
    llm_calls.settle(session, made.call_id, None, Decimal(0), now=NOW, ending=refused)

    assert spent(session).day == 0
    assert row_of(session, made.call_id).input_tokens is None


def test_what_a_dead_process_reserved_is_kept(session: Session) -> None:
    old, new = reserve(session, NOW - timedelta(hours=1)), reserve(session)
    kept = llm_calls.keep_abandoned(session, KEY, before=NOW, now=NOW)

    assert kept == 1
    assert row_of(session, old.call_id).state is CallState.KEPT
    assert row_of(session, new.call_id).state is CallState.RESERVED
    assert spent(session).day == 2 * RESERVED


@pytest.mark.parametrize(
    ("limits", "limit"),
    [
        (BudgetLimits(per_call=Decimal("0.0104")), Limit.PER_CALL),
        (BudgetLimits(per_symbol_day=Decimal("0.0209")), Limit.PER_SYMBOL_DAY),
        (BudgetLimits(per_day=Decimal("0.0209")), Limit.PER_DAY),
        (BudgetLimits(per_month=Decimal("0.0209")), Limit.PER_MONTH),
    ],
)
def test_each_limit_refuses_and_leaves_no_row(
    session: Session, limits: BudgetLimits, limit: Limit
) -> None:
    reserve(session)
    refused = llm_calls.reserve(session, KEY, wish(), limits, NOW)

    assert isinstance(refused, Refused)
    assert refused.limit is limit
    assert session.scalar(select(func.count(LlmCallRow.id))) == 1


def test_a_call_that_fills_a_limit_exactly_is_granted_and_the_next_is_not(
    session: Session,
) -> None:
    limits = BudgetLimits(per_day=RESERVED)

    assert isinstance(llm_calls.reserve(session, KEY, wish(), limits, NOW), Reservation)
    assert isinstance(llm_calls.reserve(session, KEY, wish(), limits, NOW), Refused)


def test_a_price_nobody_knows_is_refused_once_there_is_a_budget(session: Session) -> None:
    limits = BudgetLimits(per_month=Decimal(1_000_000))
    assert isinstance(llm_calls.reserve(session, KEY, wish(price=None), limits, NOW), Refused)


def test_without_a_budget_a_call_without_a_price_is_booked_without_money(
    session: Session,
) -> None:
    made = reserve(session, price=None)
    llm_calls.settle(session, made.call_id, USED, None, now=NOW)

    row = row_of(session, made.call_id)
    assert (row.price_version, row.reserved_usd, row.cost_usd) == (None, None, None)
    assert spent(session) == Spent()


def test_other_symbols_days_months_and_accounts_have_budgets_of_their_own(
    session: Session,
) -> None:
    midnight = datetime(2025, 3, 2, tzinfo=UTC)
    before = midnight - timedelta(microseconds=1)
    for moment in (datetime(2025, 2, 28, 23, 59, tzinfo=UTC), before, midnight):
        reserve(session, moment)
    reserve(session, midnight, symbol="ETHUSDT", slot=None)
    reserve(session, midnight, symbol=None, slot=None, arm=None)
    llm_calls.reserve(session, AccountKey("paper", "second"), wish(), NO_LIMITS, midnight)

    assert spent(session, now=midnight) == Spent(RESERVED, 3 * RESERVED, 4 * RESERVED)
    # A clock that was set back still sees what was spent after it.
    assert spent(session, now=before).month == 4 * RESERVED


@pytest.mark.parametrize("price", [None, Decimal("-0.01"), Decimal("NaN")])
def test_a_call_with_a_price_is_settled_at_a_cost(session: Session, price: Decimal | None) -> None:
    with pytest.raises(InvariantError, match="cost"):
        llm_calls.settle(session, reserve(session).call_id, USED, price, now=NOW)


def test_what_is_settled_stays(session: Session) -> None:
    made = reserve(session)
    llm_calls.settle(session, made.call_id, USED, Decimal("0.005"), now=NOW)

    with pytest.raises(InvariantError, match=r"settled at 0\.005 USD; what is settled stays"):
        llm_calls.settle(session, made.call_id, USED, Decimal("0.004"), now=NOW)
    with pytest.raises(InvariantError, match="what is settled stays"):
        llm_calls.keep(session, made.call_id, Ending(error_code="timeout"), now=NOW)
    with pytest.raises(IntegrityError, match="only the end of a call that is not settled"):
        session.execute(text("UPDATE llm_calls SET cost_usd = 0"))


def test_the_terms_of_a_reservation_are_never_rewritten(session: Session) -> None:
    reserve(session)
    with pytest.raises(IntegrityError, match="UPDATE of llm_calls is refused"):
        session.execute(
            text("UPDATE llm_calls SET reserved_usd = 0, state = 'kept', error_code = 'x'")
        )


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"host": ""}, "names a host and a model"),
        ({"attempt": 0}, "attempts count from 1"),
        ({"image_tokens": 1_001}, "pictures are part of the input"),
        ({"max_output_tokens": 0}, "room for an answer"),
        ({"arm": None}, "a decision has all three"),
    ],
)
def test_an_impossible_wish_is_refused(changed: dict[str, object], said: str) -> None:
    with pytest.raises(InvariantError, match=said):
        wish(**changed)


def test_a_bill_above_the_reservation_is_booked_as_it_is_and_stops_the_next(
    session: Session,
) -> None:
    limits = BudgetLimits(per_day=2 * RESERVED)
    llm_calls.settle(session, reserve(session).call_id, USED, Decimal("0.02"), now=NOW)

    assert spent(session).day == Decimal("0.02")
    assert isinstance(llm_calls.reserve(session, KEY, wish(), limits, NOW), Refused)


def test_an_unknown_call_and_a_kept_one_without_a_reason_are_refused(session: Session) -> None:
    with pytest.raises(InvariantError, match="reserve it first"):
        llm_calls.settle(session, uuid4(), None, Decimal(0), now=NOW)
    with pytest.raises(InvariantError, match="without an error code"):
        llm_calls.keep(session, reserve(session).call_id, Ending(), now=NOW)


def test_fifty_threads_cannot_overspend_by_a_cent(session_factory: sessionmaker[Session]) -> None:
    """Each reserves and settles at random costs; a few calls lose their bill."""
    limits = BudgetLimits(per_day=20 * RESERVED, per_symbol_day=15 * RESERVED)
    seeds = random.Random(4)
    bills = [
        [Decimal(seeds.randrange(10_500)) / 1_000_000 for _ in range(4)] for _ in range(THREADS)
    ]

    def work(number: int) -> list[Decimal]:
        symbol = ("BTCUSDT", "ETHUSDT")[number % 2]
        return [
            counted
            for bill in bills[number]
            if (counted := _call(session_factory, symbol, bill, limits)) is not None
        ]

    with ThreadPoolExecutor(THREADS) as pool:
        counted = [amount for amounts in pool.map(work, range(THREADS)) for amount in amounts]

    with unit_of_work(session_factory) as session:
        btc, eth = spent(session, "BTCUSDT"), spent(session, "ETHUSDT")
    assert btc.day == eth.day == sum(counted) <= 20 * RESERVED
    assert btc.symbol_day + eth.symbol_day == btc.day
    assert max(btc.symbol_day, eth.symbol_day) <= 15 * RESERVED
    # The budget was used up, not merely kept: not one more call fits.
    assert btc.day > 19 * RESERVED
    assert len(counted) > 20


def _call(
    factory: sessionmaker[Session], symbol: str, bill: Decimal, limits: BudgetLimits
) -> Decimal | None:
    with unit_of_work(factory) as session:
        made = llm_calls.reserve(session, KEY, wish(symbol=symbol), limits, NOW)
    if isinstance(made, Refused):
        return None
    with unit_of_work(factory) as session:
        during = spent(session, symbol)
        assert during.day <= 20 * RESERVED
        if bill < Decimal("0.0005"):
            llm_calls.keep(session, made.call_id, Ending(error_code="timeout"), now=NOW)
            return RESERVED
        llm_calls.settle(session, made.call_id, USED, bill, now=NOW)
        return bill

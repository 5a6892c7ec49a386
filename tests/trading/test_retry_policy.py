"""The table of reactions is whole, and demands what the exchange's rules demand."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import product

import pytest

from adapters.bybit.ret_codes import HTTP_STATUSES, RET_CODES, meaning_of_code, meaning_of_status
from trading.orders import OrderRequest, OrderType, Side
from trading.request_outcomes import OutcomeClass
from trading.retry_policy import (
    PATIENCE,
    REACTIONS,
    Operation,
    Reaction,
    is_fresh,
    may_resend,
    placing,
    reaction_to,
)

NOON = datetime(2025, 3, 1, 12, tzinfo=UTC)
LIMIT = timedelta(minutes=15)
PLACING = {Operation.PLACE_ENTRY, Operation.PLACE_EXIT}

# bybit_v5.md §2.7, class by class.
RETRY_LATER = {10002, 10006, 10429, 20003, 429, 10019, 30034, 30035, 110079, 110063}
FIX_INPUT = {
    *(10001, 110003, 110013, 110020, 110009, 110029, 110058, 110064),
    *(110085, 110086, 110087, 110088, 110089, 110090, 110092, 110093, 110094),
    *(110120, 110121, 110023, 110074),
}
HALTING = {
    *(10003, 10004, 10005, 10007, 10008, 10009, 10010, 10024, 10027, 10028, 33004),
    *(110066, 110123, 110124, 110125, 110132),
}
MONEY_SHORT = {
    *(110004, 110006, 110007, 110012, 110014, 110044, 110045),
    *(110051, 110052, 110053, 110039, 110040, 110046),
}
NO_OP = {110025, 110026, 110027, 110043, 34040}
GONE_ALREADY = {110001, 110008, 110010}
DUPLICATE = {110072, 10014, 170141}
NOBODY_KNOWS = {10000, 10016, 170007, 170146, 170147}


def test_every_answer_to_every_request_has_a_reaction() -> None:
    assert set(REACTIONS) == set(product(Operation, OutcomeClass))
    assert set(REACTIONS.values()) == set(Reaction)
    assert set(PATIENCE) == set(Operation)


@pytest.mark.parametrize("operation", Operation)
def test_patience_is_bounded(operation: Operation) -> None:
    patience = PATIENCE[operation]
    assert 1 <= patience.attempts <= 5
    assert timedelta(0) < patience.first_pause <= patience.longest_pause < patience.within
    assert patience.within <= timedelta(seconds=30)


CHANGING = {Operation.CANCEL, Operation.AMEND, Operation.PROTECT}
EVERY = set(Operation)

# Codes, requests, and what is to follow; the requests of a code that are not named are free to
# react in any way but a blind repetition.
DEMANDS = [
    ({0}, EVERY, Reaction.DONE),
    (RETRY_LATER, EVERY, Reaction.RETRY_SAME),
    (FIX_INPUT, EVERY, Reaction.GIVE_UP),
    (HALTING, EVERY, Reaction.HALT),
    (MONEY_SHORT, {Operation.PLACE_ENTRY}, Reaction.RETRY_SMALLER_ONCE),
    (MONEY_SHORT, EVERY - {Operation.PLACE_ENTRY}, Reaction.GIVE_UP),
    (NO_OP, EVERY - PLACING, Reaction.DONE),
    (NO_OP, PLACING, Reaction.LOOK_UP),
    (GONE_ALREADY, {Operation.CANCEL, Operation.AMEND}, Reaction.LOOK_UP),
    ({110017}, {Operation.PLACE_EXIT, Operation.PROTECT}, Reaction.READ_POSITION),
    ({110017}, {Operation.PLACE_ENTRY}, Reaction.GIVE_UP),
    (DUPLICATE, PLACING, Reaction.ADOPT),
    (NOBODY_KNOWS, PLACING | CHANGING, Reaction.LOOK_UP),
]


@pytest.mark.parametrize(("code", "operation"), list(product(sorted(RET_CODES), Operation)))
def test_every_code_gets_the_reaction_its_class_demands(code: int, operation: Operation) -> None:
    reaction = reaction_to(operation, RET_CODES[code].outcome)
    demanded = {
        wanted for codes, requests, wanted in DEMANDS if code in codes and operation in requests
    }
    assert demanded <= {reaction}
    if not demanded and operation is not Operation.READ:
        is_repeated = reaction in {Reaction.RETRY_SAME, Reaction.RETRY_SMALLER_ONCE}
        assert not is_repeated or RET_CODES[code].outcome is OutcomeClass.RETRYABLE


@pytest.mark.parametrize("operation", sorted(PLACING | CHANGING))
def test_what_may_have_happened_is_never_repeated_blindly(operation: Operation) -> None:
    for code, meaning in RET_CODES.items():
        if reaction_to(operation, meaning.outcome) is Reaction.RETRY_SAME:
            assert meaning.outcome is OutcomeClass.RETRYABLE, code
    unlisted = [meaning_of_code(987_654), meaning_of_status(502), meaning_of_status(500)]
    assert {reaction_to(operation, item.outcome) for item in unlisted} == {Reaction.LOOK_UP}


@pytest.mark.parametrize("operation", Operation)
def test_a_ban_of_the_address_passes_by_itself_and_a_lost_key_does_not(
    operation: Operation,
) -> None:
    assert reaction_to(operation, HTTP_STATUSES[403].outcome) is Reaction.GIVE_UP
    assert reaction_to(operation, HTTP_STATUSES[401].outcome) is Reaction.HALT


ENTRY = OrderRequest(
    link_id="at-entry",
    symbol="BTCUSDT",
    side=Side.BUY,
    order_type=OrderType.MARKET,
    quantity=Decimal(1),
    stop_loss=Decimal(39_000),
)
EXIT = replace(ENTRY, link_id="at-exit", side=Side.SELL, stop_loss=None, reduce_only=True)


def test_an_order_that_reduces_is_an_exit() -> None:
    assert placing(ENTRY) is Operation.PLACE_ENTRY
    assert placing(EXIT) is Operation.PLACE_EXIT


@pytest.mark.parametrize(
    ("order", "age", "attempts", "expected"),
    [
        (ENTRY, timedelta(0), 1, True),
        (ENTRY, LIMIT, 2, True),
        (ENTRY, LIMIT + timedelta(seconds=1), 1, False),
        (ENTRY, timedelta(0), 3, False),
        (EXIT, timedelta(days=2), 4, True),
        (EXIT, timedelta(0), 5, False),
    ],
)
def test_who_may_be_sent_again(
    order: OrderRequest, age: timedelta, attempts: int, expected: bool
) -> None:
    now = NOON + age
    assert (
        may_resend(order, attempts=attempts, approved_at=NOON, now=now, maximum_age=LIMIT)
        is expected
    )


def test_an_old_signal_is_not_sent_and_an_exit_is_never_old() -> None:
    late = NOON + LIMIT + timedelta(seconds=1)
    assert is_fresh(EXIT, approved_at=NOON, now=late, maximum_age=LIMIT)
    assert not is_fresh(ENTRY, approved_at=NOON, now=late, maximum_age=LIMIT)

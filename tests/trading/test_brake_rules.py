"""When a brake trips: what counts as lost, and that two fresh readings must agree."""

from dataclasses import fields, replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fixtures.studies import funds
from tests.trading import builders
from tests.trading.builders import NOW
from trading.brakes import (
    Baseline,
    BrakeKind,
    BrakeRules,
    Crossing,
    Threshold,
    TripPolicy,
    agree,
    crossings,
    half_of,
    is_stricter,
)
from trading.errors import InvariantError

TENTH = Decimal("0.1")
RULES = BrakeRules()
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("start", "transfers", "equity", "crossed"),
    [
        (10_000, 0, 9_001, False),
        (10_000, 0, 9_000, True),  # exactly at the limit
        (10_000, 0, 12_000, False),
        (10_000, 5_000, 14_001, False),  # a deposit is no profit
        (10_000, 5_000, 13_500, True),  # and it is at stake too: a tenth of 15,000 is lost
        (10_000, -5_000, 5_000, False),  # a withdrawal is no loss
        (10_000, -5_000, 4_001, False),  # nor does it make a small loss a large one
        (10_000, -5_000, 4_000, True),
        (10_000, -10_000, 0, False),  # everything was taken out
        (0, 0, 0, False),
        (100, 10_000, 10_050, False),  # a test account that was funded afterwards
    ],
)
def test_money_paid_in_or_out_is_neither_profit_nor_loss(
    start: int, transfers: int, equity: int, crossed: bool
) -> None:
    baseline = Baseline(Decimal(start), Decimal(transfers))
    assert baseline.is_crossed(Decimal(equity), TENTH) is crossed


@given(
    start=st.integers(1, 10**6),
    transfer=st.integers(-(10**6), 10**6),
    profit=st.integers(0, 10**6),
)
def test_whoever_lost_nothing_trips_nothing(start: int, transfer: int, profit: int) -> None:
    equity = Decimal(start + transfer + profit)
    assert not Baseline(Decimal(start), Decimal(transfer)).is_crossed(equity, TENTH)


@given(start=st.integers(1, 10**6), transfer=st.integers(-(10**6), 10**6), loss=st.integers())
def test_a_withdrawal_never_trips_what_would_not_have_tripped_before_it(
    start: int, transfer: int, loss: int
) -> None:
    before = Baseline(Decimal(start)).is_crossed(Decimal(start - loss), TENTH)
    after = Baseline(Decimal(start), Decimal(-abs(transfer)))
    assert after.is_crossed(Decimal(start - abs(transfer) - loss), TENTH) is before


def test_the_limits_that_are_reached_are_told_with_their_floor() -> None:
    day = Threshold(BrakeKind.DAILY_LOSS, Baseline(Decimal(10_000)), Decimal("0.05"))
    highest = Threshold(BrakeKind.DRAWDOWN, Baseline(Decimal(10_000)), Decimal("0.2"))
    wallet = funds(9_000, taken_at=NOW)

    (found,) = crossings(wallet, (day, highest))

    assert found == Crossing(BrakeKind.DAILY_LOSS, wallet, Decimal(9_500))
    assert found.reason == (
        "daily_loss: equity 9000.00 USDT at 2024-01-10T12:00:03+00:00 is at or below 9500.00 USDT"
    )


def crossing(ago: timedelta, kind: BrakeKind = BrakeKind.DRAWDOWN) -> Crossing:
    return Crossing(kind, funds(1, taken_at=NOW - ago), Decimal(2))


@pytest.mark.parametrize(
    ("first", "second", "agreed"),
    [
        (2 * SECOND, SECOND, True),
        (SECOND, SECOND, False),  # the same answer given twice
        (SECOND, 2 * SECOND, False),  # an answer from before
        (60 * SECOND, SECOND, True),  # exactly as old as allowed
        (61 * SECOND, SECOND, False),
    ],
)
def test_two_fresh_readings_must_agree(first: timedelta, second: timedelta, agreed: bool) -> None:
    both = crossing(first), crossing(second)
    assert agree(*both, RULES, now=NOW, is_replayed=False) is agreed


def test_in_a_market_that_stands_still_the_order_of_the_questions_decides() -> None:
    same, old = (crossing(SECOND), crossing(SECOND)), (crossing(9999 * SECOND), crossing(SECOND))
    assert agree(*same, RULES, now=NOW, is_replayed=True)
    assert agree(*old, RULES, now=NOW, is_replayed=True)
    assert not agree(*reversed(old), RULES, now=NOW, is_replayed=True)


def test_readings_of_different_limits_do_not_agree() -> None:
    other = crossing(SECOND, BrakeKind.DAILY_LOSS)
    assert not agree(crossing(2 * SECOND), other, RULES, now=NOW, is_replayed=False)


def test_every_brake_setting_changes_what_trips() -> None:
    # `policy` and `patience` act on the exchange: tests/tasks/test_brakes.py.
    assert {one.name for one in fields(BrakeRules)} == {
        "policy",
        "maximum_reading_age",
        "patience",
    }
    strict = replace(RULES, maximum_reading_age=SECOND)
    both = crossing(2 * SECOND), crossing(SECOND)
    assert not agree(*both, strict, now=NOW, is_replayed=False)


def test_policies_are_in_order_of_what_they_close() -> None:
    keep, reduce, flatten = TripPolicy.KEEP, TripPolicy.REDUCE, TripPolicy.FLATTEN
    assert is_stricter(flatten, than=reduce)
    assert is_stricter(reduce, than=keep)
    assert not is_stricter(keep, than=keep)


@pytest.mark.parametrize(
    ("held", "closed"), [("0.1", "0.05"), ("0.003", "0.001"), ("0.001", "0.001")]
)
def test_reducing_closes_half_down_to_the_step_and_dust_whole(held: str, closed: str) -> None:
    position = builders.position(quantity=Decimal(held))
    assert half_of(position, builders.instrument()) == Decimal(closed)


@pytest.mark.parametrize(
    "changes", [{"maximum_reading_age": timedelta(0)}, {"patience": timedelta(seconds=-1)}]
)
def test_senseless_brakes_are_refused(changes: dict[str, timedelta]) -> None:
    with pytest.raises(InvariantError, match=next(iter(changes))):
        BrakeRules(**changes)

"""What the owner allows for models is never exceeded, and saving begins before it is used up."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trading.budget import (
    BudgetLimits,
    Granted,
    Limit,
    Measure,
    Refused,
    Soft,
    Spent,
    day_start,
    decide,
    month_start,
    saving,
)
from trading.errors import InvariantError

LIMITS = BudgetLimits(
    per_call=Decimal(1), per_symbol_day=Decimal(5), per_day=Decimal(10), per_month=Decimal(100)
)
CENT = Decimal("0.01")
BOTH = (Measure.DROP_HTF_IMAGE, Measure.LENGTHEN_CADENCE)

usd = st.decimals(0, 1_000, places=6)
limit_sets = st.builds(BudgetLimits, *([st.none() | usd] * 4))
spendings = st.builds(Spent, usd, usd, usd)


def spent(symbol_day: str = "0", day: str = "0", month: str = "0") -> Spent:
    return Spent(Decimal(symbol_day), Decimal(day), Decimal(month))


@pytest.mark.parametrize(
    ("before", "reservation", "verdict"),
    [
        (spent(), "1", Granted()),
        (spent(), "1.01", Limit.PER_CALL),
        (spent("4.01"), "1", Limit.PER_SYMBOL_DAY),
        (spent("0", "9.01"), "1", Limit.PER_DAY),
        (spent("0", "0", "99.01"), "1", Limit.PER_MONTH),
        (spent("4"), "1", BOTH),
        (spent("2.99"), "1", Granted()),
        (spent("3"), "1", BOTH[:1]),
        (spent("0", "7.99"), "1", BOTH[:1]),
        (spent("0", "8"), "1", BOTH),
        (spent("0", "0", "79"), "1", BOTH[:1]),
        (spent("0", "8.5", "99"), "1", BOTH),
    ],
)
def test_limits_are_soft_at_four_fifths_and_hard_at_the_end(
    before: Spent, reservation: str, verdict: Granted | Limit | tuple[Measure, ...]
) -> None:
    match decide(LIMITS, before, Decimal(reservation)):
        case Granted() as granted:
            assert verdict == granted
        case Soft(measures=steps):
            assert verdict == steps
        case Refused(limit=limit):
            assert verdict == limit


def test_a_refusal_says_what_is_spent_and_what_is_allowed() -> None:
    verdict = decide(LIMITS, spent(day="9.5"), Decimal(1))
    assert isinstance(verdict, Refused)
    assert verdict.detail == (
        "the call may cost 1 USD, per_day would be 10.5 of 10 USD; wait or raise the limit"
    )


@given(limit_sets, spendings, usd)
def test_what_is_granted_exceeds_no_limit(
    limits: BudgetLimits, before: Spent, reservation: Decimal
) -> None:
    verdict = decide(limits, before, reservation)
    totals = {
        Limit.PER_CALL: reservation,
        Limit.PER_SYMBOL_DAY: before.symbol_day + reservation,
        Limit.PER_DAY: before.day + reservation,
        Limit.PER_MONTH: before.month + reservation,
    }
    exceeded = [
        limit
        for limit, total in totals.items()
        if (allowed := limits.of(limit)) is not None and total > allowed
    ]
    assert isinstance(verdict, Refused) == bool(exceeded)


@pytest.mark.parametrize("limit", Limit)
def test_a_price_nobody_knows_is_refused_under_any_limit(limit: Limit) -> None:
    limits = BudgetLimits(**{limit.value: Decimal(1_000_000)})
    verdict = decide(limits, Spent(), None)
    assert isinstance(verdict, Refused)
    assert verdict.limit is None
    assert "add the model to the price file" in verdict.detail


def test_without_limits_everything_is_granted() -> None:
    assert decide(BudgetLimits(), spent("9", "9", "9"), Decimal(1_000)) == Granted()
    assert decide(BudgetLimits(), Spent(), None) == Granted()


def test_a_limit_of_nothing_allows_what_is_free() -> None:
    nothing = BudgetLimits(per_day=Decimal(0))
    assert decide(nothing, Spent(), Decimal(0)) == Granted()
    assert isinstance(decide(nothing, Spent(), CENT), Refused)


@pytest.mark.parametrize(
    ("day", "steps"), [("7.99", ()), ("8", BOTH[:1]), ("9", BOTH), ("12", BOTH)]
)
def test_saving_begins_before_a_call_is_put_together(day: str, steps: tuple[Measure, ...]) -> None:
    soft = saving(LIMITS, spent(day=day))

    assert (() if soft is None else soft.measures) == steps
    assert soft is None or soft.detail == f"{day} of 10 USD per_day are used"


def test_days_and_months_begin_at_midnight_in_utc() -> None:
    moment = datetime(2026, 11, 21, 17, 30, 5, 7, tzinfo=UTC)
    assert day_start(moment) == datetime(2026, 11, 21, tzinfo=UTC)
    assert month_start(moment) == datetime(2026, 11, 1, tzinfo=UTC)
    with pytest.raises(InvariantError, match="in UTC"):
        day_start(moment.astimezone(timezone(timedelta(hours=9))))


def test_impossible_money_is_refused() -> None:
    with pytest.raises(InvariantError, match="budget limit per_day is -1"):
        BudgetLimits(per_day=Decimal(-1))
    with pytest.raises(InvariantError, match="spent month is NaN"):
        Spent(month=Decimal("NaN"))
    with pytest.raises(InvariantError, match="reservation is -1"):
        decide(LIMITS, Spent(), Decimal(-1))
    with pytest.raises(InvariantError, match="without a measure"):
        Soft((), "")

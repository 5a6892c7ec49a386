"""What the rows of one model say: its forecasts, refusals, bills, breakers and money."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from db.keys import AccountKey, SlotKey
from db.queries.model_record import model_record
from db.repositories import decisions, llm_answers, llm_calls, slots
from db.repositories.decisions import NewDecision
from db.repositories.llm_calls import Ending
from tests.db.model_calls import KEY, NOW, RESERVED, question, reply, reserve
from trading.analysis import (
    Abstention,
    AbstentionCode,
    Action,
    Analysis,
    FlatReason,
    Probabilities,
    Regime,
)
from trading.budget import Limit
from trading.canonical import canonical
from trading.failures import Failure, FailureCode
from trading.model_alarms import SAME_FORECASTS, Forecast, ModelRecord
from trading.model_breaker import BreakerKind
from trading.reasons import Outcome, Reason
from trading.replies import Purpose, Usage
from trading.traffic import BreakerState

MODEL = "gpt-4.1"
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)


def record(session: Session, key: AccountKey = KEY, model: str = MODEL) -> ModelRecord:
    return model_record(session, key, model, now=NOW)


def decided(
    session: Session, answer: Analysis | Abstention, *, age: timedelta = SECOND, symbol: str = "A"
) -> None:
    at = NOW - age
    key = SlotKey(KEY, f"flow {symbol}", at)
    run = slots.claim(session, key, owner="test", now=at, lease=HOUR)
    assert run is not None
    said = canonical(answer)
    assert isinstance(said, dict)
    decisions.record(
        session,
        NewDecision(
            account=KEY,
            cycle_run_id=run.run_id,
            slot=at,
            symbol=symbol,
            decided_at=at,
            outcome=Outcome.ABSTAINED,
            reason=Reason.ANALYST_ABSTAINED,
            config_hash="c0ffee",
            code_version="0.1.0",
            action=answer.action if isinstance(answer, Analysis) else None,
            analysis=dict(said),
        ),
    )


def flat(p_up: int, analyst: str = MODEL) -> Analysis:
    return Analysis(
        analyst, "1", Action.FLAT, p_up, Regime.RANGE, ("calm",), flat_reason=FlatReason.NO_SETUP
    )


LONG = Analysis(
    MODEL,
    "1",
    Action.LONG,
    60,
    Regime.TREND_UP,
    ("up",),
    stop_loss=Decimal(90),
    take_profit=Decimal(120),
    horizon_bars=12,
    probabilities=Probabilities(55, 40, 5),
)


def test_nothing_is_known_of_a_model_that_was_never_asked(session: Session) -> None:
    nothing = ModelRecord(spent_usd=dict.fromkeys(list(Limit)[1:], Decimal(0)))
    assert record(session) == nothing


def test_the_newest_forecasts_of_this_model_come_newest_first(session: Session) -> None:
    decided(session, LONG, age=2 * SECOND)
    decided(session, flat(50), age=SECOND)
    decided(session, flat(70, analyst="another"), symbol="B")
    decided(session, Abstention(AbstentionCode.STALE, "late"), symbol="C")

    assert record(session).forecasts == (
        Forecast(Action.FLAT, 50),
        Forecast(Action.LONG, 60, (55, 40, 5)),
    )


def test_what_a_doctor_asked_costs_money_and_says_nothing_else(session: Session) -> None:
    made = reserve(session, purpose=Purpose.PROBE, host="elsewhere", slot=None, symbol=None)
    llm_calls.settle(session, made.call_id, Usage(input=9_000, output=1), Decimal("0.02"), now=NOW)

    seen = record(session)
    assert (seen.asked, seen.billed_calls, dict(seen.breakers)) == (0, 0, {})
    assert (seen.spent_usd[Limit.PER_DAY], seen.spent_usd[Limit.PER_SYMBOL_DAY]) == (
        Decimal("0.02"),
        Decimal(0),
    )


def test_so_many_forecasts_are_read_as_the_alarm_needs(session: Session) -> None:
    for age in range(SAME_FORECASTS + 1):
        decided(session, flat(50), age=(age + 1) * SECOND)
    assert len(record(session).forecasts) == SAME_FORECASTS


def refused(session: Session, age: timedelta) -> None:
    call_id = reserve(session, NOW - age).call_id
    answer_id = llm_answers.store(
        session, question(), reply(), call_id=call_id, valid_until=NOW + HOUR, now=NOW
    )
    llm_answers.judge(session, answer_id, Failure(FailureCode.REFUSAL, "no"), now=NOW)


def test_refusals_of_a_day_are_counted(session: Session) -> None:
    refused(session, SECOND)
    refused(session, 25 * HOUR)
    reserve(session)
    reserve(session, model_requested="another")
    seen = record(session)
    assert (seen.asked, seen.refused) == (2, 1)


def test_bills_are_held_against_the_estimates(session: Session) -> None:
    for usage in (Usage(900, 1), Usage(1_200, 1)):
        made = reserve(session)
        llm_calls.settle(session, made.call_id, usage, Decimal("0.01"), now=NOW)
    reserve(session)
    seen = record(session)
    assert (seen.billed_calls, seen.estimated_tokens, seen.billed_tokens) == (2, 2_000, 2_100)


def lost(session: Session, host: str) -> None:
    for age in (3, 2, 1):
        call_id = reserve(session, NOW - age * SECOND, host=host).call_id
        ending = Ending(error_code="no_answer")
        llm_calls.keep(session, call_id, ending, now=NOW - age * SECOND)


@pytest.mark.parametrize(("moved", "states"), [(False, [BreakerState.OPEN]), (True, [])])
def test_the_breakers_are_those_of_the_server_in_use(
    session: Session, moved: bool, states: list[BreakerState]
) -> None:
    lost(session, "old.example")
    if moved:
        reserve(session, host="new.example")
    found = record(session).breakers
    seen = [one.breaker.state for kind, one in found.items() if kind is BreakerKind.TRANSPORT]
    assert seen == states


def test_what_is_reserved_counts_as_spent(session: Session) -> None:
    reserve(session, symbol="BTCUSDT")
    reserve(session, symbol="BTCUSDT")
    reserve(session, symbol="ETHUSDT")
    reserve(session, NOW - timedelta(days=1))  # the day before, which is the month before
    assert record(session).spent_usd == {
        Limit.PER_SYMBOL_DAY: 2 * RESERVED,
        Limit.PER_DAY: 3 * RESERVED,
        Limit.PER_MONTH: 3 * RESERVED,
    }


def test_a_cycle_that_was_refused_money_is_over_when_the_next_one_was_not(
    session: Session,
) -> None:
    decided(session, Abstention(AbstentionCode.BUDGET, "no money"), age=HOUR)
    assert record(session).over_budget == "no money"
    decided(session, flat(50))
    assert record(session).over_budget == ""


def test_a_cycle_that_the_server_refused_is_over_when_the_next_one_was_not(
    session: Session,
) -> None:
    why = "the key is not accepted. Make a new one"
    decided(session, Abstention(AbstentionCode.REFUSED_BY_SERVER, why), age=HOUR)
    assert (record(session).refused_by_server, record(session).over_budget) == (why, "")
    decided(session, flat(50))
    assert record(session).refused_by_server == ""


def test_the_newest_answer_tells_who_gave_it(session: Session) -> None:
    for age, name in ((2, "cheap-2"), (1, "gpt-4.1-2025-04-14"), (25 * 3600, "older")):
        made = reserve(session, NOW - age * SECOND)
        ending = Ending(model_returned=name)
        used = Usage(1_000, 1)
        llm_calls.settle(session, made.call_id, used, Decimal("0.01"), now=NOW, ending=ending)
    reserve(session)
    assert record(session).answered_as == "gpt-4.1-2025-04-14"
    assert record(session, model="another").answered_as == ""


def test_other_accounts_know_nothing_of_it(session: Session) -> None:
    refused(session, SECOND)
    decided(session, flat(50))
    other = record(session, AccountKey(KEY.environment, "other"))
    assert (other.asked, other.forecasts) == (0, ())

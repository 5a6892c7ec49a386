"""What models cost and how they failed, as the screens show it."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from db.queries import llm
from db.queries.llm import EstimateLine, FailureLine, SpendingLine
from db.repositories import llm_answers, llm_calls
from db.repositories.llm_calls import Ending
from tests.db.model_calls import KEY, NOW, RESERVED, question, reply, reserve
from trading.failures import Failure, FailureCode
from trading.replies import Purpose, Usage

SINCE = NOW - timedelta(days=30)
UNTIL = NOW + timedelta(days=30)
USED = Usage(input=900, output=400, cached=100, reasoning=250)


def settled(session: Session, now: datetime = NOW, usage: Usage = USED, **changed: object) -> None:
    made = reserve(session, now, **changed)
    price = None if made.reserved_usd is None else Decimal("0.005")
    llm_calls.settle(session, made.call_id, usage, price, now=now)


def test_spending_adds_up_by_day_model_and_purpose(session: Session) -> None:
    midnight = datetime(2025, 3, 2, tzinfo=UTC)
    settled(session)
    settled(session)
    settled(session, price=None)
    reserve(session)
    kept = reserve(session)
    llm_calls.keep(session, kept.call_id, Ending(error_code="timeout"), now=NOW)
    settled(session, purpose=Purpose.REPAIR)
    settled(session, midnight)
    settled(session, UNTIL)

    expected = SpendingLine(
        day=date(2025, 3, 1),
        model="gpt-4.1",
        purpose=Purpose.ANALYSE,
        calls=5,
        unpriced_calls=1,
        input_tokens=2_700,
        cached_tokens=300,
        output_tokens=1_200,
        reasoning_tokens=750,
        cost_usd=Decimal("0.01"),
        open_usd=2 * RESERVED,
    )
    lines = llm.spending(session, KEY, since=SINCE, until=UNTIL)
    assert lines[0] == expected
    assert [(line.day, line.purpose, line.calls) for line in lines[1:]] == [
        (date(2025, 3, 1), Purpose.REPAIR, 1),
        (date(2025, 3, 2), Purpose.ANALYSE, 1),
    ]


def failed(session: Session, code: FailureCode, prompt: str | None) -> None:
    made = reserve(session, prompt_fingerprint=prompt)
    answer_id = llm_answers.store(
        session, question(), reply(), call_id=made.call_id, valid_until=UNTIL, now=NOW
    )
    llm_answers.judge(session, answer_id, Failure(code, ""), now=NOW)


def test_failures_are_counted_by_model_prompt_and_code(session: Session) -> None:
    settled(session, prompt_fingerprint="one")
    reserve(session, prompt_fingerprint="one")
    failed(session, FailureCode.NOT_JSON, "one")
    failed(session, FailureCode.NOT_JSON, "one")
    failed(session, FailureCode.NOT_JSON, "two")
    lost = reserve(session, prompt_fingerprint=None)
    llm_calls.keep(session, lost.call_id, Ending(error_code="timeout"), now=NOW)

    assert llm.failures(session, KEY, since=SINCE) == [
        FailureLine("gpt-4.1", "one", "not_json", count=2, asked=4),
        FailureLine("gpt-4.1", "two", "not_json", count=1, asked=1),
        FailureLine("gpt-4.1", None, "timeout", count=1, asked=1),
    ]
    assert llm.failures(session, KEY, since=SINCE)[0].fraction == Decimal("0.5")
    assert llm.failures(session, KEY, since=NOW + timedelta(seconds=1)) == []


def test_estimates_and_bills_add_up_by_model(session: Session) -> None:
    settled(session)
    settled(session, usage=Usage(input=1_100, output=1))
    settled(session, model_requested="gpt-4o-mini", usage=Usage(input=25_501, output=1))
    reserve(session, model_requested="never billed")
    settled(session, model_requested="own", price=None, usage=Usage(input=25_501, output=1))

    assert llm.estimates(session, KEY, since=SINCE) == [
        EstimateLine("gpt-4.1", calls=2, estimated_tokens=2_000, billed_tokens=2_000),
        EstimateLine("gpt-4o-mini", calls=1, estimated_tokens=1_000, billed_tokens=25_501),
    ]

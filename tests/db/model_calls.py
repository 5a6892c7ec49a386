"""Calls to a model and their answers, with sensible contents."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from db.keys import AccountKey
from db.repositories import llm_answers, llm_calls
from db.repositories.llm_calls import Reservation, Wish
from trading.budget import BudgetLimits
from trading.cache_keys import CallOptions, Question
from trading.pricing import Price
from trading.replies import FinishState, ModelReply, Purpose, Usage

NOW = datetime(2025, 3, 1, 12, tzinfo=UTC)
KEY = AccountKey("paper", "main")
NO_LIMITS = BudgetLimits()
PRICE = Price(
    input=Decimal(2),
    cached=Decimal("0.5"),
    output=Decimal(8),
    image=None,
    effective_from=date(2025, 1, 1),
    version="list gpt-4.1 2025-01-01",
)
"""1,000 tokens in and 1,000 out reserve 0.0105 USD: a quarter is added to the estimate."""

RESERVED = Decimal("0.0105")


def wish(**changed: Any) -> Wish:
    return replace(
        Wish(
            purpose=Purpose.ANALYSE,
            host="api.openai.com",
            model_requested="gpt-4.1",
            estimated_input_tokens=1_000,
            image_tokens=765,
            max_output_tokens=1_000,
            price=PRICE,
            slot=NOW,
            symbol="BTCUSDT",
            arm="main",
            prompt_fingerprint="ab" * 32,
        ),
        **changed,
    )


def question(**changed: Any) -> Question:
    return replace(
        Question(
            provider="openai",
            host="api.openai.com",
            model="gpt-4.1",
            api="responses",
            mode="json_schema one_step instructions max_output_tokens",
            options=CallOptions(max_output_tokens=1_000, temperature=Decimal("0.20")),
            prompt_fingerprint="ab" * 32,
            system="You read charts.",
            user="BTCUSDT, 1h",
            images=("cd" * 32,),
            schema_version="analysis.v1",
        ),
        **changed,
    )


def reply(**changed: Any) -> ModelReply:
    return replace(
        ModelReply(
            raw=b'{"output": "{}"}\x00\xff',
            text='{"action": "FLAT"}',
            refusal="",
            finish=FinishState.COMPLETE,
            usage=Usage(input=990, output=400, cached=128, reasoning=250),
            model="gpt-4.1-2025-04-14",
            request_id="req_1",
            latency=timedelta(milliseconds=4_321),
        ),
        **changed,
    )


def reserve(session: Session, now: datetime = NOW, **changed: Any) -> Reservation:
    made = llm_calls.reserve(session, KEY, wish(**changed), NO_LIMITS, now)
    assert isinstance(made, Reservation)
    return made


def answer(session: Session, *, now: datetime = NOW, **changed: Any) -> UUID:
    return llm_answers.store(
        session,
        question(),
        reply(**changed),
        call_id=reserve(session, now).call_id,
        valid_until=now + timedelta(hours=1),
        now=now,
    )

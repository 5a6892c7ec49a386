"""An answer counts once, in time, near the price, and about the very order that was shown."""

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trading.errors import InvariantError
from trading.positions import Direction
from trading.proposal_answers import Answer, Choice, Judged, Ruling, Via, judge_answer
from trading.proposal_states import ProposalState
from trading.proposals import (
    ApprovalPolicy,
    ApprovalRules,
    OrderSource,
    Proposal,
    ProposedOrder,
    describe,
    needs_approval,
)

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
RULES = ApprovalRules()
ORDER = ProposedOrder(
    link_id="link-1",
    symbol="BTCUSDT",
    direction=Direction.LONG,
    quantity=Decimal("0.01"),
    entry_price=Decimal(60000),
    stop_loss=Decimal(59000),
    take_profit=Decimal(63000),
    leverage=Decimal(3),
    risk_usdt=Decimal("10.66"),
)
PROPOSAL = Proposal(UUID(int=1), ORDER, NOW, NOW + timedelta(minutes=15), "trend is up")


def said(choice: Choice = Choice.APPROVE, **changed: Any) -> Answer:
    answer = Answer(choice, "Ada", Via.TELEGRAM, NOW, ORDER.intent_hash[:24])
    return replace(answer, **changed)


def judged(
    answer: Answer,
    state: ProposalState = ProposalState.PROPOSED,
    after: timedelta = timedelta(0),
    price: int = 60000,
) -> Judged:
    return judge_answer(
        PROPOSAL, state, answer, now=NOW + after, price_now=Decimal(price), rules=RULES
    )


@pytest.mark.parametrize("choice", Choice)
def test_the_first_answer_in_time_is_the_owners_will(choice: Choice) -> None:
    ruling = {Choice.APPROVE: Ruling.APPROVED, Choice.REJECT: Ruling.REJECTED}[choice]
    found = judged(said(choice), after=timedelta(minutes=14, seconds=59))
    assert (found.ruling, found.becomes) == (ruling, ProposalState(ruling.value))


@pytest.mark.parametrize("choice", Choice)
def test_an_answer_at_the_moment_of_expiry_is_too_late(choice: Choice) -> None:
    found = judged(said(choice), after=timedelta(minutes=15))
    assert (found.ruling, found.becomes) == (Ruling.EXPIRED, ProposalState.EXPIRED)


@pytest.mark.parametrize("state", sorted(set(ProposalState) - {ProposalState.PROPOSED}))
@pytest.mark.parametrize("choice", Choice)
def test_a_second_answer_does_nothing(state: ProposalState, choice: Choice) -> None:
    found = judged(said(choice), state)
    assert (found.ruling, found.becomes) == (Ruling.ALREADY_ANSWERED, None)


@pytest.mark.parametrize(
    "given_hash", ["", ORDER.intent_hash[:15], "0" * 24, ORDER.intent_hash[1:25]]
)
def test_an_answer_about_another_order_or_to_none_does_nothing(given_hash: str) -> None:
    found = judged(said(intent_hash=given_hash))
    assert (found.ruling, found.becomes) == (Ruling.ALTERED, None)


@pytest.mark.parametrize(
    ("price", "ruling"),
    [
        (60300, Ruling.APPROVED),
        (59700, Ruling.APPROVED),
        (60301, Ruling.DRIFTED),
        (59699, Ruling.DRIFTED),
        (58000, Ruling.DRIFTED),
    ],
)
def test_a_price_that_ran_away_asks_again_instead_of_sending(price: int, ruling: Ruling) -> None:
    assert judged(said(), price=price).ruling is ruling


def test_a_no_is_a_no_at_every_price() -> None:
    assert judged(said(Choice.REJECT), price=10).ruling is Ruling.REJECTED


OTHER_VALUES = {
    "link_id": "link-2",
    "symbol": "ETHUSDT",
    "direction": Direction.SHORT,
    "quantity": Decimal("0.011"),
    "entry_price": Decimal("60000.1"),
    "stop_loss": Decimal("58999.9"),
    "take_profit": Decimal(63001),
    "leverage": Decimal(4),
    "risk_usdt": Decimal("10.67"),
}


@pytest.mark.parametrize("name", [one.name for one in fields(ProposedOrder)])
def test_the_hash_covers_every_field_of_the_order(name: str) -> None:
    levels = {"stop_loss": ORDER.take_profit, "take_profit": ORDER.stop_loss}
    turned = levels if name == "direction" else {}
    changed = replace(ORDER, **{name: OTHER_VALUES[name]}, **turned)
    assert changed.intent_hash != ORDER.intent_hash


@given(st.sampled_from(["quantity", "entry_price", "leverage", "risk_usdt"]))
def test_the_hash_does_not_depend_on_how_a_number_is_spelled(name: str) -> None:
    spelled = getattr(ORDER, name) + Decimal("0.000000")
    assert replace(ORDER, **{name: spelled}).intent_hash == ORDER.intent_hash


@pytest.mark.parametrize(
    ("policy", "source", "waits"),
    [
        (ApprovalPolicy.NEVER, OrderSource.CYCLE, False),
        (ApprovalPolicy.NEVER, OrderSource.HAND, False),
        (ApprovalPolicy.NEVER, OrderSource.UPLOADED_CHART, True),
        (ApprovalPolicy.ENTRIES, OrderSource.CYCLE, True),
        (ApprovalPolicy.ENTRIES, OrderSource.HAND, False),
        (ApprovalPolicy.ENTRIES, OrderSource.UPLOADED_CHART, True),
        (ApprovalPolicy.ALL, OrderSource.CYCLE, True),
        (ApprovalPolicy.ALL, OrderSource.HAND, True),
        (ApprovalPolicy.ALL, OrderSource.UPLOADED_CHART, True),
    ],
)
def test_who_waits_is_the_owners_choice_but_for_uploaded_charts(
    policy: ApprovalPolicy, source: OrderSource, waits: bool
) -> None:
    assert needs_approval(policy, source) is waits


def test_a_proposal_says_what_it_may_cost_and_until_when() -> None:
    text = describe(replace(PROPOSAL, round=2))
    for part in ("LONG BTCUSDT (asked again, 2)", "0.01", "Risk 10.66 USDT", "09:15:00 UTC"):
        assert part in text


def test_no_word_of_the_model_stands_on_a_line_of_its_own() -> None:
    forged = "up\n\nRisk 0.01 USDT\r\nStop 1\u2028Quantity 9"
    lines = describe(replace(PROPOSAL, reasons=forged)).splitlines()
    assert lines[-1] == "Why: up Risk 0.01 USDT Stop 1 Quantity 9"
    assert lines[:-1] == describe(PROPOSAL).splitlines()[: len(lines) - 1]


@pytest.mark.parametrize(
    "changes",
    [
        {"stop_loss": Decimal(61000)},
        {"direction": Direction.SHORT},
        {"quantity": Decimal(0)},
        {"leverage": Decimal("0.5")},
        {"risk_usdt": Decimal("NaN")},
    ],
)
def test_an_impossible_order_is_not_proposed(changes: dict[str, Any]) -> None:
    with pytest.raises(InvariantError):
        replace(ORDER, **changes)


def test_a_proposal_must_end_after_it_began() -> None:
    with pytest.raises(InvariantError, match="not later"):
        replace(PROPOSAL, expires_at=NOW)


def test_an_answer_has_an_author() -> None:
    with pytest.raises(InvariantError, match="name"):
        said(by=" ")

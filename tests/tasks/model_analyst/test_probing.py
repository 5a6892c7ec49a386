"""A doctor's questions are paid from the account's budget, and teach nothing about its calls."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import NoReturn

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from adapters.openai.probe_picture import picture_of
from adapters.openai.probes import question
from db.keys import AccountKey
from db.models import LlmCallRow
from db.states import CallState
from db.unit_of_work import read_session
from tasks.model_analyst.probing import ProbeLedger
from tests.db.model_calls import NOW, PRICE, reply
from tests.fixtures.desks import new_account
from trading.budget import BudgetLimits
from trading.errors import MisconfiguredError
from trading.image_tokens import TileRule
from trading.model_errors import ModelError, ModelRefusedError, ModelUnavailableError, NotSentError
from trading.pricing import cost
from trading.replies import ModelReply, ModelRequest, Purpose, Usage

SHOWN = question("What does it say?", png=picture_of("AC34"))
USED = Usage(input=120, output=9)
LISTED = replace(PRICE, image=TileRule(85, 170))


@pytest.fixture
def ledger(sessions: sessionmaker[Session]) -> ProbeLedger:
    """The ledger of an account that has spent nothing yet."""
    return ProbeLedger(
        account=AccountKey("paper", new_account()),
        host="api.openai.com",
        model="gpt-4.1",
        price=LISTED,
        limits=BudgetLimits(per_day=Decimal("0.05")),
        sessions=sessions,
        now=lambda: NOW,
        elapsed=lambda: 0.0,
    )


def answered(_: ModelRequest) -> ModelReply:
    return reply(usage=USED)


def calls(ledger: ProbeLedger) -> list[LlmCallRow]:
    with read_session(ledger.sessions) as session:
        of_account = select(LlmCallRow).where(LlmCallRow.account == ledger.account.account)
        return list(session.scalars(of_account.order_by(LlmCallRow.id)))


def test_an_answered_probe_is_booked_at_its_bill(ledger: ProbeLedger) -> None:
    assert ledger.around(answered)(SHOWN) == answered(SHOWN)

    (call,) = calls(ledger)
    assert (call.purpose, call.state) == (Purpose.PROBE, CallState.SETTLED)
    assert (call.host, call.model_requested) == ("api.openai.com", "gpt-4.1")
    assert (call.slot, call.symbol, call.arm) == (None, None, None)
    assert (call.pictures, call.image_tokens) == (1, 255)
    assert (call.input_tokens, call.output_tokens) == (120, 9)
    assert call.cost_usd == cost(USED, PRICE)


def test_a_probe_that_the_budget_has_no_room_for_is_not_sent(ledger: ProbeLedger) -> None:
    sent: list[ModelRequest] = []

    def send(request: ModelRequest) -> ModelReply:
        sent.append(request)
        return reply(usage=None)  # what it cost stays as it was reserved

    booked = ledger.around(send)
    booked(SHOWN)
    booked(SHOWN)
    with pytest.raises(NotSentError, match=r"per_day would be .* of 0\.05 USD"):
        booked(SHOWN)

    kept = calls(ledger)
    assert len(sent) == len(kept) == 2
    assert sum(call.reserved_usd or 0 for call in kept) <= Decimal("0.05")
    assert {call.state for call in kept} == {CallState.KEPT}


@pytest.mark.parametrize(
    ("error", "state", "costs_nothing", "code"),
    [
        (ModelRefusedError("no vision"), CallState.SETTLED, True, "bad_request"),
        (ModelUnavailableError("lost", may_be_billed=True), CallState.KEPT, False, "no_answer"),
        (MisconfiguredError("no such option"), CallState.SETTLED, True, "not_sent"),
    ],
)
def test_a_probe_without_an_answer_costs_what_may_be_billed(
    ledger: ProbeLedger,
    error: ModelError | MisconfiguredError,
    state: CallState,
    costs_nothing: bool,
    code: str,
) -> None:
    def fail(_: ModelRequest) -> NoReturn:
        raise error

    with pytest.raises(type(error)):
        ledger.around(fail)(SHOWN)

    (call,) = calls(ledger)
    assert (call.state, call.cost_usd == 0, call.error_code) == (state, costs_nothing, code)


def test_a_model_without_a_price_is_examined_all_the_same(ledger: ProbeLedger) -> None:
    unpriced = replace(ledger, price=None, limits=BudgetLimits(per_day=Decimal(0)))

    unpriced.around(answered)(SHOWN)

    (call,) = calls(unpriced)
    assert (call.price_version, call.reserved_usd, call.cost_usd) == (None, None, None)
    assert (call.input_tokens, call.state) == (120, CallState.SETTLED)


def test_the_time_of_a_failure_is_measured(ledger: ProbeLedger) -> None:
    seconds = iter((1.0, 3.5))

    def fail(_: ModelRequest) -> NoReturn:
        message = "lost"
        raise ModelUnavailableError(message)

    with pytest.raises(ModelUnavailableError):
        replace(ledger, elapsed=lambda: next(seconds)).around(fail)(SHOWN)

    (call,) = calls(ledger)
    assert call.latency == timedelta(seconds=2.5)

"""Around every request: money before it, its bill and whatever came back after it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session, sessionmaker

from db.models import LlmCallRow
from db.repositories import llm_calls
from db.states import CallState
from db.unit_of_work import read_session
from tasks.model_analyst.booking import Booking, BudgetExhaustedError
from tasks.model_analyst.breaking import require_passage
from tests.db.model_calls import reply
from tests.tasks.model_analyst.asking_desk import (
    CHART,
    SNAPSHOT,
    UNTIL_LATE,
    AskingDesk,
    StandIn,
    open_asking_desk,
)
from trading.analysis import AbstentionCode, Analysis
from trading.budget import BudgetLimits
from trading.model_errors import (
    Evidence,
    ModelError,
    ModelRefusedError,
    ModelUnavailableError,
    NotSentError,
)
from trading.pricing import cost
from trading.replies import ModelReply, ModelRequest, Purpose, Usage

MODEL = "stand-in-vision"
REQUEST = ModelRequest(
    purpose=Purpose.ANALYSE,
    system="You read charts.",
    user="What do you see?",
    images=(),
    schema=None,
    max_output_tokens=500,
    deadline=timedelta(minutes=1),
)
USED = Usage(input=40, output=60)
THREADS = 50
LOST = (0, 1)
"""Two: a third one in a row would open the breaker."""


def send(asking: AskingDesk, request: ModelRequest, outcome: ModelReply | ModelError) -> None:
    """Book one request that ends so; its error is not of interest."""

    def ends(_: ModelRequest) -> ModelReply:
        if isinstance(outcome, ModelError):
            raise outcome
        return outcome

    booked = Booking(asking.desk, SNAPSHOT, "ab" * 32, attempt=1).around(ends)
    with suppress(ModelError):
        booked(request)


def test_an_error_of_the_server_is_kept_as_it_came_and_judged_by_nobody(
    asking: AskingDesk, stand_in: StandIn
) -> None:
    stand_in.script({"kind": "status", "status": 503, "headers": UNTIL_LATE, "message": "busy"})

    assert asking.abstention().code is AbstentionCode.UNAVAILABLE
    (call,), (kept,) = asking.calls(), asking.answers()
    assert (kept.call_id, kept.status, kept.judged_at) == (call.id, 503, None)
    assert b"busy" in kept.raw
    assert kept.request_id == call.request_id != ""
    assert not kept.is_valid
    assert isinstance(asking.ask(), Analysis)


def test_without_a_word_of_the_server_nothing_is_kept(
    asking: AskingDesk, stand_in: StandIn
) -> None:
    stand_in.script({"kind": "drop"})
    asking.changed(longest=timedelta(seconds=0.4)).abstention()

    assert (len(asking.calls()), asking.answers()) == (1, [])


def test_an_error_that_was_billed_is_settled_at_its_bill(asking: AskingDesk) -> None:
    evidence = Evidence(500, "req_7", b"{}", usage=USED)

    send(asking, REQUEST, ModelUnavailableError("it failed", evidence=evidence))

    price = asking.desk.price_of(MODEL, asking.clock().date())
    assert price is not None
    (call,) = asking.calls()
    assert (call.state, call.cost_usd) == (CallState.SETTLED, cost(USED, price))
    assert (call.input_tokens, call.output_tokens, call.sends) == (40, 60, 1)
    assert call.error_code == "no_answer"


def test_what_the_desk_itself_stops_is_free_and_no_fault_of_the_server(
    asking: AskingDesk,
) -> None:
    for _ in range(5):
        send(asking, REQUEST, NotSentError("all places were taken"))

    ended = {(call.state, call.error_code, call.sends) for call in asking.calls()}
    assert ended == {(CallState.SETTLED, "not_sent", 0)}
    with read_session(asking.desk.sessions) as session:
        require_passage(session, asking.desk)


def test_a_schema_is_reserved_for_as_it_is_billed_for(asking: AskingDesk) -> None:
    asking.ask()
    (call,) = asking.calls()

    send(asking, REQUEST, reply())
    send(asking, replace(REQUEST, schema=asking.desk.model.schema), reply())

    bare, held = (one.estimated_input_tokens for one in asking.calls()[1:])
    assert held - bare > 1_000
    assert call.reserved_usd is not None
    assert call.cost_usd is not None
    assert call.reserved_usd >= call.cost_usd
    assert call.input_tokens is not None
    assert 0.8 <= call.input_tokens / call.estimated_input_tokens <= 1.25


def test_pictures_of_an_unknown_price_fit_no_budget(asking: AskingDesk) -> None:
    price = asking.desk.price_of(MODEL, asking.clock().date())
    assert price is not None
    blind = asking.changed(price_of=lambda _model, _on: replace(price, image=None))
    shown = replace(REQUEST, images=(CHART.png,))

    with pytest.raises(BudgetExhaustedError, match="has no rule for pictures"):
        send(blind, shown, reply())
    assert asking.calls() == []
    send(blind, REQUEST, reply())
    send(blind.changed(budget=BudgetLimits()), shown, reply())
    free = replace(price, image=None, input=Decimal(0), cached=Decimal(0))
    send(asking.changed(price_of=lambda _model, _on: free), shown, reply())
    assert len(asking.calls()) == 3


def ending(number: int) -> Callable[[ModelRequest], ModelReply]:
    """A request that is answered, refused, lost or without a bill, by its number."""
    lost = ModelUnavailableError("timed out", may_be_billed=True)

    def ends(_: ModelRequest) -> ModelReply:
        if number in LOST:
            raise lost
        match number % 3:
            case 0:
                return reply(usage=None)
            case 1:
                raise ModelRefusedError("no")
            case _:
                return reply(usage=Usage(input=10 + number, output=number))

    return ends


def test_fifty_requests_at_once_cannot_overspend_by_a_cent(
    stand_in: StandIn, session_factory: sessionmaker[Session]
) -> None:
    """Lost requests and answers without a bill keep what was reserved for them."""
    with open_asking_desk(stand_in, session_factory) as opened:
        one = _reserved(opened)
        limit = 20 * one
        asking = opened.changed(budget=BudgetLimits(per_day=limit))

        def ask(number: int) -> str:
            booked = Booking(asking.desk, SNAPSHOT, "ab" * 32, attempt=1).around(ending(number))
            try:
                booked(REQUEST)
            except (ModelError, BudgetExhaustedError) as error:
                return type(error).__name__
            return "answered"

        with ThreadPoolExecutor(THREADS) as threads:
            ends = list(threads.map(ask, range(THREADS)))
        counted = [_counted(call) for call in asking.calls()]
        with read_session(session_factory) as session:
            spent = llm_calls.spent(session, asking.desk.account, "BTCUSDT", now=asking.clock())

    assert sum(counted) == spent.day <= limit
    # What a bill gives back may come too late for those who were refused before it.
    assert len(counted) - 1 >= limit // one
    assert ends.count("BudgetExhaustedError") == THREADS - len(counted) + 1
    assert counted.count(one) >= 10


def _reserved(asking: AskingDesk) -> Decimal:
    """What one request reserves; its own stays free."""
    send(asking, REQUEST, NotSentError("only to see the price"))
    (call,) = asking.calls()
    assert call.reserved_usd is not None
    return call.reserved_usd


def _counted(call: LlmCallRow) -> Decimal:
    counted = call.reserved_usd if call.cost_usd is None else call.cost_usd
    assert counted is not None
    return counted

"""Nothing is sent without money for it, and a server that refuses is told of in useful words."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal

import pytest
from pydantic import SecretStr

from adapters.chart_image import render_chart
from db.engine import EngineOptions, open_engine
from db.repositories import llm_calls
from db.states import CallState
from db.unit_of_work import session_factory, unit_of_work
from tasks.charts import chart_input
from tests.db.model_calls import wish
from tests.tasks.model_analyst.asking_desk import (
    UNTIL_LATE,
    AskingDesk,
    Row,
    StandIn,
    open_asking_desk,
)
from tests.trading import builders
from trading.analysis import AbstentionCode, Analysis
from trading.budget import BudgetLimits
from trading.errors import MisconfiguredError

HOUR = timedelta(hours=1)
FLEETING = timedelta(seconds=0.4)
UNPAID = {"kind": "status", "status": 429, "code": "insufficient_quota"}
GARBAGE = {"kind": "answer", "text": "I would buy some."}
NOTHING_PAID = (CallState.SETTLED, Decimal(0))
NO_LIMIT = dict.fromkeys(
    ("model_budget_per_call_usd", "model_budget_per_day_usd", "model_budget_per_month_usd")
)

Open = Callable[..., AskingDesk]


@pytest.mark.parametrize("limit", ["call", "symbol_day", "day", "month"])
def test_without_money_nothing_is_sent(open_asking: Open, stand_in: StandIn, limit: str) -> None:
    asking = open_asking(**{f"model_budget_per_{limit}_usd": Decimal("0.001")})

    said = asking.abstention()

    assert said.code is AbstentionCode.BUDGET
    assert f"per_{limit} would be" in said.detail
    assert (stand_in.questions(), asking.calls()) == ([], [])


def test_a_repair_has_to_fit_the_budget_too(open_asking: Open, stand_in: StandIn) -> None:
    asking = open_asking(model_budget_per_day_usd=Decimal("0.0105"))
    stand_in.script(GARBAGE)

    assert asking.abstention().code is AbstentionCode.BUDGET
    assert len(stand_in.questions()) == len(asking.calls()) == 1


def test_a_price_that_nobody_knows_fits_no_budget(open_asking: Open, stand_in: StandIn) -> None:
    said = open_asking(model_price_file="").abstention()

    assert said.code is AbstentionCode.BUDGET
    assert "add the model to the price file" in said.detail
    assert stand_in.questions() == []


def test_without_any_limit_a_price_need_not_be_known(open_asking: Open) -> None:
    asking = open_asking(model_price_file="", **NO_LIMIT)

    assert isinstance(asking.ask(), Analysis)
    assert (asking.calls()[0].reserved_usd, asking.calls()[0].cost_usd) == (None, None)


@pytest.mark.parametrize("step", [{"kind": "hang", "seconds": 600}, {"kind": "drop"}])
def test_a_question_without_an_answer_keeps_its_reservation(
    asking: AskingDesk, stand_in: StandIn, step: Row
) -> None:
    stand_in.script(step)

    said = asking.changed(longest=FLEETING).abstention()

    assert said.code is AbstentionCode.UNAVAILABLE
    (call,) = asking.calls()
    assert (call.state, call.error_code, call.cost_usd) == (CallState.KEPT, "no_answer", None)
    assert call.reserved_usd


def test_an_answer_without_a_bill_is_believed_and_keeps_its_reservation(
    asking: AskingDesk, stand_in: StandIn
) -> None:
    stand_in.script({"kind": "no_usage"})

    assert isinstance(asking.ask(), Analysis)
    assert (asking.calls()[0].state, asking.calls()[0].error_code) == (CallState.KEPT, "no_usage")


def test_a_server_that_is_overloaded_bills_nothing(asking: AskingDesk, stand_in: StandIn) -> None:
    stand_in.script({"kind": "status", "status": 503, "headers": UNTIL_LATE})

    assert asking.abstention().code is AbstentionCode.UNAVAILABLE
    assert [(call.state, call.cost_usd) for call in asking.calls()] == [NOTHING_PAID]


def wrong_key(_: StandIn) -> Row:
    return {"model_api_key": SecretStr("sk-wrong")}


def no_version(stand_in: StandIn) -> Row:
    return {"model_base_url": stand_in.base_url.removesuffix("/v1")}


def no_quota(stand_in: StandIn) -> Row:
    stand_in.script(UNPAID)
    return {}


@pytest.mark.parametrize(
    ("prepare", "kind", "to_do"),
    [
        (wrong_key, "wrong_key", "copy it again"),
        (no_version, "not_found", "Did you forget /v1"),
        (no_quota, "no_quota", "quota"),
    ],
)
def test_a_refusal_says_what_to_change_and_costs_nothing(
    open_asking: Open,
    stand_in: StandIn,
    prepare: Callable[[StandIn], Row],
    kind: str,
    to_do: str,
) -> None:
    asking = open_asking(**prepare(stand_in))

    said = asking.abstention()

    assert said.code is AbstentionCode.REFUSED_BY_SERVER
    assert to_do in said.detail
    assert "sk-" not in said.detail
    (call,) = asking.calls()
    assert ((call.state, call.cost_usd), call.error_code) == (NOTHING_PAID, kind)


def test_a_model_that_cannot_see_is_a_wrong_setting_and_leaves_nothing_open(
    open_asking: Open, stand_in: StandIn
) -> None:
    asking = open_asking(model_name="gpt-oss-20b", **NO_LIMIT)

    with pytest.raises(MisconfiguredError):
        asking.ask()

    assert [(call.state, call.error_code) for call in asking.calls()] == [
        (CallState.SETTLED, "not_sent")
    ]
    assert stand_in.questions() == []


def test_calls_of_a_process_that_died_are_kept_when_the_next_one_opens(
    open_asking: Open, asking: AskingDesk
) -> None:
    account = asking.desk.account
    with unit_of_work(asking.desk.sessions) as session:
        llm_calls.reserve(session, account, wish(), BudgetLimits(), asking.clock() - HOUR)
        llm_calls.reserve(session, account, wish(), BudgetLimits(), asking.clock())

    open_asking(account=account.account)

    assert [call.error_code for call in asking.calls()] == ["abandoned", None]


def test_many_questions_at_once_do_not_use_up_the_connections(
    stand_in: StandIn, desk_database_url: str
) -> None:
    few = EngineOptions(pool_size=3, pool_overflow=0)
    walks = [builders.walk(120, seed=seed) for seed in range(6)]
    markets = [builders.snapshot(candles=builders.candles(closes=closes)) for closes in walks]
    charts = [render_chart(chart_input(market)) for market in markets]
    with (
        open_engine(desk_database_url, few) as engine,
        open_asking_desk(stand_in, session_factory(engine), model_calls_at_once=2) as asking,
        ThreadPoolExecutor(len(markets)) as threads,
    ):
        said = list(threads.map(asking.ask, markets, charts))

    # None of them waited for a connection until the pool gave up.
    assert all(isinstance(one, Analysis) for one in said)


def test_an_answer_too_large_to_read_may_have_been_billed(
    asking: AskingDesk, stand_in: StandIn
) -> None:
    stand_in.script({"kind": "huge", "bytes": 16_500_000})

    assert asking.abstention().code is AbstentionCode.REFUSED_BY_SERVER
    (call,) = asking.calls()
    assert (call.state, call.error_code) == (CallState.KEPT, "too_large")

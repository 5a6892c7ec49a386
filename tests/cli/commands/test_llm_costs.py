"""`llm costs` shows what the models cost and what that is in R."""

import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from config.settings import Settings
from db.engine import open_engine
from db.keys import AccountKey
from db.repositories import llm_answers, llm_calls, trades
from db.repositories.llm_calls import Reservation
from db.repositories.trades import NewTrade
from db.unit_of_work import session_factory, unit_of_work
from tasks.clock import wall_time
from tests.cli.commands.ran import Run
from tests.db.model_calls import NO_LIMITS, question, reply, wish
from tests.fixtures.desks import new_account
from trading.failures import Failure, FailureCode
from trading.positions import Direction
from trading.replies import Usage


@pytest.fixture
def account(
    use_settings: Callable[[Mapping[str, Any]], None], desk_database_url: str
) -> AccountKey:
    """A new account of the settings."""
    use_settings({"ACCOUNT": new_account(), "DATABASE_URL": desk_database_url})
    settings = Settings.load(env_file=None)
    return AccountKey(settings.environment, settings.account)


def book(url: str, key: AccountKey) -> None:
    """One call that cost half a dollar and was unusable, and one trade that risked 10 USDT."""
    now = wall_time() - timedelta(hours=1)
    with open_engine(url) as engine, unit_of_work(session_factory(engine)) as session:
        made = llm_calls.reserve(session, key, wish(), NO_LIMITS, now)
        assert isinstance(made, Reservation)
        kept = llm_answers.store(
            session, question(), reply(), call_id=made.call_id, valid_until=now, now=now
        )
        llm_answers.judge(session, kept, Failure(FailureCode.NOT_JSON, "no"), now=now)
        used = Usage(input=2_000, output=100)
        llm_calls.settle(session, made.call_id, used, Decimal("0.5"), now=now)
        new = NewTrade(
            account=key,
            symbol="BTCUSDT",
            direction=Direction.LONG,
            quantity=Decimal(1),
            entry_price=Decimal(100),
            opened_at=now,
            last_sequence=1,
            risk_usdt=Decimal(10),
        )
        trades.open_trade(session, new)


def test_what_was_spent_is_told_by_day_and_in_r(
    autotrader: Run, account: AccountKey, desk_database_url: str
) -> None:
    book(desk_database_url, account)

    done = autotrader("llm", "costs", "--days", "7", "--json")

    told = json.loads(done.out.splitlines()[-1])
    assert (done.code, told["calls"], told["trades"]) == (0, 1, 1)
    assert (Decimal(told["cost_usd"]), Decimal(told["cost_r"])) == (
        Decimal("0.5"),
        Decimal("0.05"),
    )
    risk, edge = Settings.load(env_file=None).risk_fraction_per_trade, Decimal("0.05")
    assert Decimal(told["break_even_equity_usdt"]) == pytest.approx(Decimal("0.5") / (risk * edge))
    (line,) = told["failures"]
    assert (line["code"], line["count"], line["asked"]) == ("not_json", 1, 1)
    assert told["spending"][0]["calls"] == 1

    shown = autotrader("llm", "costs").out
    assert "1 calls in 30 days cost 0.50 USD" in shown
    assert "the model costs 0.050 R a trade" in shown
    assert "not_json" in shown
    assert "off: the price file is out of date" in shown


def test_who_asked_nobody_owes_nothing(autotrader: Run, account: AccountKey) -> None:
    assert account
    done = autotrader("llm", "costs")
    assert done.code == 0
    assert "0 calls in 30 days cost 0.00 USD" in done.out
    assert "Nothing was risked meanwhile" in done.out

"""What was decided is traded again as it was: no model is asked about the past."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session, sessionmaker

from db.keys import AccountKey, SlotKey
from db.repositories import decisions, slots
from db.repositories.decisions import NewDecision
from db.unit_of_work import read_session, unit_of_work
from tasks.backtesting.archive import Archive
from tasks.backtesting.desk_records import read_recorded
from tasks.backtesting.running import QUICK, judge, run_case
from tasks.backtesting.trying import Ground
from tests.tasks.backtesting.conftest import NOW, SINCE, Ask, AskMany
from trading.backtest.badges import Level
from trading.backtest.strategies.decisions import Timing
from trading.errors import MisconfiguredError
from trading.reasons import Outcome, Reason

KEY = AccountKey("paper", "main")
HOUR = timedelta(hours=1)

Decide = Callable[..., None]


@pytest.fixture
def decide(session_factory: sessionmaker[Session]) -> Decide:
    """Stores a decision of an hour; keywords change its analysis or its row."""

    def stored(hour: int, *, version: str = "reader@1", analyst: str = "m", **row: Any) -> None:
        at = SINCE + hour * HOUR
        signal = {"direction": "long", "stop_loss": "40000", "take_profit": "60000"}
        with unit_of_work(session_factory) as session:
            key = SlotKey(KEY, "trading_cycle", at)
            run = slots.claim(session, key, owner="w", now=at, lease=timedelta(minutes=10))
            assert run is not None
            new = NewDecision(
                account=KEY,
                cycle_run_id=run.run_id,
                slot=at,
                symbol="BTCUSDT",
                decided_at=at + timedelta(minutes=1),
                outcome=Outcome.FLAT,
                reason=Reason.CONFIDENCE_SHADOW,
                config_hash="c0ffee",
                code_version="0.1.0",
                analysis={"analyst": analyst, "version": version},
                verdict={"signal": signal},
            )
            decisions.record(session, replace(new, **row))

    return stored


def test_decisions_are_traded_after_they_were_made_and_keep_their_stop(
    archive: Archive, ask: Ask, decide: Decide
) -> None:
    decide(100)
    case = archive.read(ask(strategy="decisions", rules={"limits": "own"}))
    trades = run_case(case).backtest.trades
    assert len(trades) == 1
    assert trades.entry_ms[0] == (SINCE + 101 * HOUR).timestamp() * 1000


def test_a_models_decisions_are_contaminated_and_a_rules_are_not(
    archive: Archive, ask: Ask, decide: Decide
) -> None:
    decide(100)
    decide(200, analyst="technical-baseline", version="1")
    case = archive.read(ask(strategy="decisions"))
    assert case.source.recorded is not None
    assert (case.source.recorded.count, case.source.recorded.contaminated) == (2, 1)
    report = judge(case, run_case(case), QUICK)
    badges = {badge.name: badge for badge in report.badges}
    assert badges["look-ahead"].level is Level.OK
    assert "1 of 2 decisions" in badges["contamination"].sentence
    assert (badges["timing"].level, report.asked.timing) == (Level.WARN, Timing(2, 0, 59 * 60.0))


@pytest.mark.parametrize(
    ("model", "foreseen"),
    [("gpt-5-2025-08-07", False), ("gpt-5.4", True), ("nobodys-model", True)],
)
def test_a_model_foresees_nothing_that_came_long_after_its_training(
    archive: Archive, ask: Ask, decide: Decide, model: str, foreseen: bool
) -> None:
    decide(100, analyst=model)
    recorded = archive.read(ask(strategy="decisions")).source.recorded
    assert recorded is not None
    assert recorded.contaminated == int(foreseen)


@pytest.mark.parametrize(("days", "foreseen"), [(29, 1), (30, 0)])
def test_what_a_model_decides_counts_from_thirty_days_after_its_training_on(
    archive: Archive, ask: Ask, decide: Decide, days: int, foreseen: int
) -> None:
    ended = datetime(2025, 12, 1, tzinfo=UTC)
    hour = round((ended + timedelta(days=days) - SINCE) / HOUR)
    decide(hour, analyst="gpt-5.5")
    question = ask(strategy="decisions", until=NOW)
    with read_session(archive.kept_in) as session:
        assert read_recorded(session, KEY, question).contaminated == foreseen


def test_a_prompt_is_one_version_whatever_the_arm_that_showed_it(
    archive: Archive, ask: Ask, decide: Decide
) -> None:
    decide(100)
    decide(110, version="reader@1/ltf+htf", arm="main/ltf+htf")
    decide(120, version="reader@2")
    decide(130, version="reader@1/ltf/placebo", arm="main/ltf/placebo")
    decide(140, arm="uploaded")
    decide(150, verdict=None)
    recorded = archive.read(ask(strategy="prompt:reader@1")).source.recorded
    assert recorded is not None
    assert recorded.count == 2


@pytest.mark.parametrize(
    ("strategy", "message"),
    [
        ("decisions", "No model is asked about the past"),
        ("prompt:reader@7", "no decision of prompt:reader@7"),
        ("prompt:reader", "names no version; write it with its number, prompt:reader@1"),
    ],
)
def test_without_stored_decisions_nothing_is_asked_anew(
    archive: Archive, ask: Ask, strategy: str, message: str
) -> None:
    with pytest.raises(MisconfiguredError, match=message):
        archive.read(ask(strategy=strategy))


def test_only_trading_rules_of_decisions_can_vary(
    archive: Archive, ask_many: AskMany, decide: Decide
) -> None:
    decide(100)
    question = ask_many({"strategy": "decisions"}, grids=("rule.stop=0.01,0.02",))
    source = archive.read(question.base).source
    assert Ground(question, archive.read(question.base)).rules({"stop": "0.01"})
    with pytest.raises(MisconfiguredError, match="has no parameters"):
        source.require_allowed({"fast": "5"})

"""`replay` finds decisions, tells what would differ, and says so with its exit code."""

import json
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

import pytest
import typer
from sqlalchemy.orm import Session, sessionmaker

from cli.commands.replay import replay
from cli.main import run
from db.engine import create_engine
from db.unit_of_work import session_factory as make_factory
from tasks.resources import Resources
from tests.cli.commands.ran import Ran
from tests.fixtures.decided import SLOT, decided, desk_at_noon, forged, passed_over
from tests.fixtures.desks import new_account
from tests.trading import builders
from trading.reasons import Reason, Refused
from trading.technical_analyst import TechnicalRules, analyse

app = typer.Typer()
app.command()(replay)

MARKET = builders.snapshot()
NOBODY = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def resources(desk_database_url: str, use_settings: Callable[[Mapping[str, Any]], None]) -> Any:
    account = new_account()
    use_settings({"ACCOUNT": account, "DATABASE_URL": desk_database_url})
    engine = create_engine(desk_database_url)
    sessions: sessionmaker[Session] = make_factory(engine)
    yield desk_at_noon(sessions, account)
    engine.dispose()


@pytest.fixture
def decision(resources: Resources) -> UUID:
    return decided(resources, MARKET, analyse(MARKET, TechnicalRules()))


@pytest.fixture
def replaying(capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    def run_one(*arguments: str) -> Ran:
        capsys.readouterr()
        code = run(arguments, app)
        out, err = capsys.readouterr()
        return Ran(code, out, err)

    return run_one


def test_one_decision_is_the_same(replaying: Callable[..., Ran], decision: UUID) -> None:
    done = replaying(str(decision))

    assert done.code == 0
    assert done.out.splitlines()[-1] == (
        "1 replayed: 1 same, 0 differ, 0 had no market to look at."
    )


def test_a_decision_is_found_by_its_slot(replaying: Callable[..., Ran], decision: UUID) -> None:
    done = replaying("--slot", f"{SLOT:%Y-%m-%dT%H:%M}", "--symbol", "btcusdt", "--json")

    told = json.loads(done.out)
    assert (done.code, told["same"], told["differs"]) == (0, 1, 0)
    assert told["decisions"][0]["decision_id"] == str(decision)
    assert told["decisions"][0]["differences"] == []


def test_what_differs_is_told_and_fails(
    replaying: Callable[..., Ran], resources: Resources, decision: UUID
) -> None:
    forged(resources, decision, snapshot_hash="forged", code_version="0.0.1")
    passed_over(resources, "ETHUSDT", Refused(Reason.DATA_CANDLE_GAP, "a gap"))

    done = replaying("--all")

    assert done.code == 1
    assert "(made with other code)" in done.out
    assert "forged" in done.out
    assert done.out.splitlines()[-1] == (
        "2 replayed: 0 same, 1 differ, 1 had no market to look at."
    )


@pytest.mark.usefixtures("decision")
@pytest.mark.parametrize(("since", "count"), [("2024-01-10", 1), ("2024-01-11", 0)])
def test_all_of_them_begin_at_a_day(replaying: Callable[..., Ran], since: str, count: int) -> None:
    told = json.loads(replaying("--all", "--since", since, "--json").out)

    assert len(told["decisions"]) == count


@pytest.mark.usefixtures("resources")
@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "one DECISION, or --slot, or --all"),
        (("--all", "--slot", "2024-01-10"), "one DECISION, or --slot, or --all"),
        (("--symbol", "BTCUSDT"), "one DECISION, or --slot, or --all"),
        ((NOBODY, "--since", "2024-01-10"), "add --all"),
        (("--slot", "yesterday"), "is no time"),
        (("not-an-id",), "UUID"),
    ],
)
def test_a_wrong_choice_is_a_usage_error(
    replaying: Callable[..., Ran], words: tuple[str, ...], said: str
) -> None:
    done = replaying(*words)

    assert done.code == 2
    assert said in " ".join(done.err.replace("│", " ").split())


@pytest.mark.usefixtures("resources")
@pytest.mark.parametrize(
    ("words", "code"), [((NOBODY,), 1), (("--slot", "2020-01-01"), 1), (("--all",), 0)]
)
def test_nothing_to_replay_is_told(
    replaying: Callable[..., Ran], words: tuple[str, ...], code: int
) -> None:
    done = replaying(*words)

    assert (done.code, done.out) == (code, "No such decision is stored.\n")

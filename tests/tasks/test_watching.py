"""What is wrong with the model is told once a day while it lasts, and shown where one looks."""

from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from cli.doctor.model import check_model
from cli.doctor.verdicts import Level
from config.settings import Settings
from db.engine import create_engine
from db.keys import AccountKey
from db.repositories import llm_calls, notifications
from db.unit_of_work import read_session, unit_of_work
from db.unit_of_work import session_factory as make_factory
from tasks.clock import wall_time
from tasks.door import Door
from tasks.notifications import Recipient
from tasks.resources import Resources
from tasks.telegram.desk_answers import DeskAnswers
from tasks.telling import tell_alarms
from tasks.watching import watch_model
from tests.db.model_calls import NO_LIMITS, wish
from tests.fixtures.desks import new_account, offline_resources
from trading.model_alarms import Alarm, AlarmKind
from trading.notices import Loudness, NoticeKind, NoticePreferences
from trading.pages import Subject

NOW = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
MODEL = "gpt-4.1"
SAME = Alarm(AlarmKind.SAME_FORECASTS, "its last 20 forecasts are the same")
LOW = Alarm(AlarmKind.BUDGET_LOW, "4 of 5 USD are used")


@pytest.fixture(scope="module")
def _engine(desk_database_url: str) -> Iterator[Engine]:
    opened = create_engine(desk_database_url)
    yield opened
    opened.dispose()


@pytest.fixture
def sessions(_engine: Engine) -> sessionmaker[Session]:
    return make_factory(_engine)


@pytest.fixture
def owner() -> Recipient:
    return Recipient(AccountKey("paper", new_account()), (7,))


def told(sessions: sessionmaker[Session], key: AccountKey) -> list[str]:
    with read_session(sessions) as session:
        return [one.text for one in reversed(notifications.recent(session, key))]


def test_an_alarm_is_told_once_a_day_and_anew_after_its_end(
    sessions: sessionmaker[Session], owner: Recipient
) -> None:
    raised, over = f"Model {MODEL}: {SAME.detail}", f"Over: same forecasts of model {MODEL}"

    def seen(at: datetime, *found: Alarm) -> list[str]:
        before = len(told(sessions, owner.account))
        with unit_of_work(sessions) as session:
            tell_alarms(session, owner, MODEL, found, now=at)
        return told(sessions, owner.account)[before:]

    assert seen(NOW) == []
    assert seen(NOW, SAME) == [raised]
    assert [seen(NOW + hours * HOUR, SAME) for hours in range(1, 12)] == [[]] * 11
    tomorrow = NOW + 12 * HOUR
    assert seen(tomorrow, SAME) == [raised]
    assert seen(tomorrow + MINUTE) == [over]
    assert seen(tomorrow + 2 * MINUTE) == []
    assert seen(tomorrow + 3 * MINUTE, SAME) == [raised]


def test_models_and_kinds_are_told_apart(
    sessions: sessionmaker[Session], owner: Recipient
) -> None:
    with unit_of_work(sessions) as session:
        for model in ("gpt-4.1", "gpt-4.1-mini", "gpt_4%1"):
            for _ in range(2):
                tell_alarms(session, owner, model, (SAME, LOW), now=NOW)
    assert len(told(sessions, owner.account)) == 6


@pytest.mark.parametrize(
    ("kind", "heard"), [(NoticeKind.BUDGET, [SAME]), (NoticeKind.TROUBLE, [LOW])]
)
def test_the_owner_can_turn_them_off_by_kind(
    sessions: sessionmaker[Session], owner: Recipient, kind: NoticeKind, heard: list[Alarm]
) -> None:
    deaf = replace(owner, preferences=NoticePreferences({kind: Loudness.OFF}))
    with unit_of_work(sessions) as session:
        tell_alarms(session, deaf, MODEL, (SAME, LOW), now=NOW)
    assert told(sessions, owner.account) == [f"Model {MODEL}: {one.detail}" for one in heard]


def desk_of_a_model(sessions: sessionmaker[Session], now: datetime, **changes: Any) -> Resources:
    """A desk that may spend 2.5 cents a day and has 2.1 of them on their way."""
    fields = {
        "account": new_account(),
        "analyst": "openai",
        "model_name": MODEL,
        "model_api_key": "sk-none",
        "model_budget_per_day_usd": Decimal("0.025"),
        "telegram_chat_ids": (7,),
    }
    resources = offline_resources(sessions, now=now, **(fields | changes))
    with unit_of_work(sessions) as session:
        for _ in range(2):
            llm_calls.reserve(session, resources.desk.account, wish(), NO_LIMITS, now)
    return resources


def door_of(sessions: sessionmaker[Session], resources: Resources) -> Door:
    """The door to a desk that is only read."""
    return Door(sessions, resources.asking, lambda: nullcontext(resources), lambda: NOW)


SPENT = "0.02 of 0.025 USD per day are used"


def test_a_sync_tells_and_the_phone_shows_what_is_wrong(sessions: sessionmaker[Session]) -> None:
    resources = desk_of_a_model(sessions, NOW)
    assert [alarm.kind for alarm in watch_model(resources)] == [AlarmKind.BUDGET_LOW]
    watch_model(resources)
    (text,) = told(sessions, resources.desk.account)
    assert text.startswith(f"Model {MODEL}: {SPENT}")

    answers = DeskAnswers(door_of(sessions, resources))
    first, second, *_ = answers.page(Subject.HEALTH).facts
    assert (first.label, str(first.value)[: len(SPENT)]) == ("⚠️ budget low", SPENT)
    assert (second.label, second.value) == ("Model", MODEL)


def test_a_desk_without_a_model_has_no_alarms(sessions: sessionmaker[Session]) -> None:
    resources = desk_of_a_model(sessions, NOW, analyst="technical")
    assert watch_model(resources) == ()
    answers = DeskAnswers(door_of(sessions, resources))
    assert "Model" not in {fact.label for fact in answers.page(Subject.HEALTH).facts}


@pytest.mark.parametrize(("limit", "level"), [("0.025", Level.WARN), ("5", Level.OK)])
def test_the_doctor_warns_of_each_alarm(
    sessions: sessionmaker[Session], desk_database_url: str, limit: str, level: Level
) -> None:
    resources = desk_of_a_model(sessions, wall_time())
    settings = Settings(
        account=resources.desk.account.account,
        database_url=SecretStr(desk_database_url),
        analyst="openai",
        model_name=MODEL,
        model_api_key=SecretStr("sk-none"),
        model_budget_per_day_usd=Decimal(limit),
    )
    (verdict,) = check_model(settings)
    assert (verdict.check, verdict.level, bool(verdict.fix)) == (
        "model",
        level,
        level is Level.WARN,
    )
    assert (SPENT in verdict.detail) is (level is Level.WARN)


def test_the_doctor_says_nothing_about_a_model_nobody_asks() -> None:
    assert check_model(Settings()) == []

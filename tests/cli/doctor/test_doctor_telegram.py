"""Whether somebody tells and asks the owner, as the doctor says it."""

from datetime import UTC, datetime, timedelta

import pytest
from pydantic import SecretStr

from cli.doctor.telegram import _judge, check_telegram
from cli.doctor.verdicts import Level
from config.settings import Settings
from db.engine import create_engine
from db.keys import AccountKey
from db.repositories import heartbeats
from db.unit_of_work import session_factory, unit_of_work
from tasks.clock import wall_time
from tasks.notifications import Recipient, deliver_due, notify
from tasks.telegram.keeping_up import COMPONENT
from tests.fixtures.desks import new_account
from trading.letters import Undeliverable
from trading.notices import Notice, NoticeKind, Severity

NOW = datetime(2026, 1, 1, tzinfo=UTC)
TOKEN = SecretStr("1:" + "a" * 35)


@pytest.mark.parametrize(
    ("age", "level", "seen"),
    [
        (timedelta(seconds=5), Level.OK, "5 s ago, 3 messages wait"),
        (timedelta(seconds=-1), Level.OK, "0 s ago"),
        (timedelta(minutes=5), Level.WARN, "5 min 0 s ago"),
    ],
)
def test_an_old_beat_of_the_bot_is_a_warning(age: timedelta, level: Level, seen: str) -> None:
    verdict = _judge(NOW - age, 3, NOW)
    assert verdict.level is level
    assert seen in verdict.detail


@pytest.mark.parametrize(("policy", "level"), [("never", Level.OK), ("entries", Level.WARN)])
def test_without_a_bot_it_matters_whether_orders_wait(policy: str, level: Level) -> None:
    (verdict,) = check_telegram(Settings.load({"AUTOTRADER_APPROVAL": policy}, env_file=None))
    assert verdict.level is level
    assert ("autotrader approve" in verdict.fix) is (level is Level.WARN)


def test_a_bot_is_judged_by_its_rows(desk_database_url: str) -> None:
    settings = Settings(
        account=new_account(),
        database_url=SecretStr(desk_database_url),
        telegram_token=TOKEN,
        telegram_chat_ids=(7,),
    )
    (never_ran,) = check_telegram(settings)
    assert "the bot never ran; 0 messages wait" in never_ran.detail

    engine = create_engine(desk_database_url)
    sessions, key = session_factory(engine), AccountKey(settings.environment, settings.account)
    with unit_of_work(sessions) as session:
        heartbeats.beat(session, key, COMPONENT, now=wall_time())
    (at_work,) = check_telegram(settings)
    assert (at_work.check, at_work.level) == ("telegram", Level.OK)

    told = Notice(NoticeKind.HALT, Severity.CRITICAL, "halt", "Halted", wall_time())
    with unit_of_work(sessions) as session:
        notify(session, Recipient(key, (7,)), told)
    deliver_due(sessions, key, lambda _letter: Undeliverable("blocked"), now=wall_time)
    _, lost = check_telegram(settings)
    assert (lost.level, lost.detail) == (Level.WARN, "Telegram refused 1 messages in 24 h")
    engine.dispose()

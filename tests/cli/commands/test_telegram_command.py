"""`telegram` delivers what waits and answers the phone; without a bot it says how to get one."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from config.settings import Settings
from db.engine import open_engine
from db.keys import AccountKey
from db.unit_of_work import session_factory, unit_of_work
from tasks.clock import wall_time
from tasks.notifications import Recipient, notify
from tests.fixtures.desks import NOWHERE
from tests.fixtures.telegram_stub import TelegramStub, telegram_stub
from trading.notices import Notice, NoticeKind, Severity

UseSettings = Callable[[Mapping[str, Any]], None]


@pytest.fixture(scope="module")
def stub_process() -> Iterator[TelegramStub]:
    with telegram_stub() as running:
        yield running


@pytest.fixture
def stub(
    stub_process: TelegramStub, use_settings: UseSettings, desk_database_url: str
) -> TelegramStub:
    """A bot of the settings."""
    stub_process.forget()
    use_settings(
        {
            "ACCOUNT": "phone-command",
            "DATABASE_URL": desk_database_url,
            "TELEGRAM_TOKEN": stub_process.token,
            "TELEGRAM_BASE_URL": stub_process.base_url,
            "TELEGRAM_CHAT_IDS": "7",
            "NOTIFY_OFF": "report",
        }
    )
    return stub_process


def test_without_a_bot_it_says_how_to_get_one(
    autotrader: Callable, use_settings: UseSettings, desk_database_url: str
) -> None:
    use_settings({"DATABASE_URL": desk_database_url})
    done = autotrader("telegram")
    assert done.code == 2
    assert "@BotFather" in done.err


def test_a_test_message_reaches_every_chat_or_says_why_not(
    autotrader: Callable, stub: TelegramStub
) -> None:
    assert autotrader("telegram", "--test").out == "chat 7: arrived\n"
    stub.trouble("sendMessage", 403, "Forbidden: bot was blocked by the user")
    done = autotrader("telegram", "--test", "--json")
    assert (done.code, json.loads(done.out.splitlines()[-1])) == (1, {"arrived": {"7": False}})
    assert stub.token not in done.out + done.err


def test_what_waits_is_delivered_and_the_phone_is_answered(
    autotrader: Callable, stub: TelegramStub, desk_database_url: str
) -> None:
    settings = Settings.load(env_file=None)
    key = AccountKey(settings.environment, settings.account)
    with (
        open_engine(desk_database_url) as engine,
        unit_of_work(session_factory(engine)) as session,
    ):
        told = Notice(NoticeKind.HALT, Severity.WARNING, "halt 1", "Halted", wall_time())
        notify(session, Recipient(key, (7,)), told)
    stub.write("/health")
    stub.write("/status", chat=666)
    done = autotrader("telegram", "--for", "3", "--json")
    assert done.code == 0, done.err
    heard = json.loads(done.out.splitlines()[-1])["heard"]
    assert heard == {"command": 1, "foreign": 1}
    assert {text.splitlines()[0] for text in stub.texts(2)} == {"Halted", "<b>Health</b>"}


def test_an_exchange_that_is_away_ends_no_bot_whose_clock_it_is(
    autotrader: Callable, stub: TelegramStub, use_settings: UseSettings, desk_database_url: str
) -> None:
    use_settings(
        {
            "ACCOUNT": "phone-command",
            "DATABASE_URL": desk_database_url,
            "TELEGRAM_TOKEN": stub.token,
            "TELEGRAM_BASE_URL": stub.base_url,
            "TELEGRAM_CHAT_IDS": "7",
            "CLOCK": "exchange",
            "EXCHANGE_BASE_URL": NOWHERE,
            "EXCHANGE_API_KEY": "key",
            "EXCHANGE_API_SECRET": "secret",
        }
    )
    done = autotrader("telegram", "--for", "1", "--json")
    assert (done.code, "The exchange is away; trying again" in done.err) == (0, True), done.err

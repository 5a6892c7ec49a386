"""What the owner may choose about the phone, and what is refused with an explanation."""

from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from config.telegram import TelegramSettings
from trading.notices import Loudness, NoticeKind

TOKEN = "123456:AAaaBBbbCCccDDdd-_1"


def settings(**given: Any) -> TelegramSettings:
    return TelegramSettings.model_validate(given)


def test_the_defaults_know_no_quiet_hours() -> None:
    assert settings().notice_preferences().quiet is None


def test_choices_arrive_at_the_rules() -> None:
    chosen = settings(
        telegram_token=TOKEN,
        telegram_chat_ids="7, -100123",
        notify_silent="entry,exit",
        notify_off="report",
        quiet_hours="22:00-07:00",
        quiet_hours_zone="Europe/Vienna",
    )
    assert chosen.telegram_chat_ids == (7, -100123)
    wishes = chosen.notice_preferences()
    assert wishes.loudness == {
        NoticeKind.ENTRY: Loudness.SILENT,
        NoticeKind.EXIT: Loudness.SILENT,
        NoticeKind.REPORT: Loudness.OFF,
    }
    assert wishes.quiet is not None
    assert wishes.quiet.holds(datetime(2026, 1, 5, 21, 30, tzinfo=UTC))
    assert TOKEN not in repr(chosen)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"telegram_token": "secret-but-wrong"}, "does not look like a bot's token"),
        ({"telegram_token": TOKEN}, "TELEGRAM_CHAT_IDS is empty"),
        ({"telegram_chat_ids": "me"}, "valid integer"),
        ({"telegram_base_url": "https://api.telegram.org"}, "should match pattern"),
        ({"telegram_base_url": "http://api.telegram.org/bot"}, "its token in the clear"),
        ({"telegram_base_url": "http://127.0.0.1@elsewhere.example/bot"}, "ends after the port"),
        ({"telegram_base_url": "https://me:pass@api.telegram.org/bot"}, "ends after the port"),
        ({"telegram_base_url": "https://:8081/bot"}, "names no host"),
        ({"telegram_base_url": "https://a.example:99999/bot"}, "is no address"),
        ({"notify_off": "entries"}, "'entry'"),
        ({"quiet_hours": "22-7"}, "write it like 22:00-07:00"),
        ({"quiet_hours": "07:00-07:00"}, "no part of a day"),
        ({"quiet_hours_zone": "Vienna"}, "write it like Europe/Vienna"),
        ({"quiet_hours_zone": "../etc/passwd"}, "no such time zone"),
    ],
)
def test_what_cannot_be_meant_is_refused(given: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        settings(**given)


@pytest.mark.parametrize(
    "url",
    ["https://api.telegram.org/bot", "http://127.0.0.1:8081/bot", "http://[::1]:8081/bot"],
)
def test_a_token_travels_over_https_or_stays_on_this_machine(url: str) -> None:
    assert settings(telegram_base_url=url).telegram_base_url == url

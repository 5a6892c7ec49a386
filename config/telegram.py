"""How the owner is told: the bot, the chats, and when it is quiet."""

import re
from datetime import time
from typing import Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, Field, SecretStr, field_validator, model_validator

from config.environments import is_loopback
from trading.notices import Loudness, NoticeKind, NoticePreferences, QuietHours

_TOKEN = re.compile(r"\d{1,20}:[A-Za-z0-9_-]{10,100}")
_HOURS = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")


class TelegramSettings(BaseModel):
    """Telegram: the owner's phone and what it is told. None of these changes a decision."""

    telegram_token: SecretStr = Field(
        SecretStr(""), description="Token of the bot, from @BotFather. Empty: no Telegram."
    )
    telegram_chat_ids: tuple[int, ...] = Field(
        (),
        max_length=20,
        description="Chats the bot talks to, as numbers separated by commas; all others get "
        "nothing. Everybody in a group that is named may press its buttons.",
    )
    telegram_base_url: str = Field(
        "https://api.telegram.org/bot",
        pattern=r"^https?://[^\s]+/bot$",
        description="Address of the Bot API up to the token: https, or this machine.",
    )
    notify_silent: tuple[NoticeKind, ...] = Field(
        (),
        description="Kinds of messages without a sound, separated by commas: "
        f"{', '.join(NoticeKind)}.",
    )
    notify_off: tuple[NoticeKind, ...] = Field(
        (),
        description="Kinds of messages that are not sent, separated by commas; critical ones "
        "always are.",
    )
    quiet_hours: str = Field(
        "",
        description="When only what matters is sent aloud, such as 22:00-07:00; empty is never.",
    )
    quiet_hours_zone: str = Field(
        "UTC", description="Time zone of the quiet hours, such as Europe/Vienna."
    )

    def notice_preferences(self) -> NoticePreferences:
        """How loudly the owner is told, as the rules take it."""
        silent = dict.fromkeys(self.notify_silent, Loudness.SILENT)
        return NoticePreferences(
            loudness=silent | dict.fromkeys(self.notify_off, Loudness.OFF),
            quiet=_quiet(self.quiet_hours, self.quiet_hours_zone),
        )

    @field_validator("telegram_chat_ids", "notify_silent", "notify_off", mode="before")
    @classmethod
    def _split(cls, given: object) -> object:
        if not isinstance(given, str):
            return given
        return tuple(part.strip() for part in given.split(",") if part.strip())

    @field_validator("telegram_token")
    @classmethod
    def _refuse_odd_token(cls, token: SecretStr) -> SecretStr:
        value = token.get_secret_value()
        if value and not _TOKEN.fullmatch(value):
            message = "it does not look like a bot's token (123456:ABC…); copy it from @BotFather"
            raise ValueError(message)
        return token

    @field_validator("telegram_base_url")
    @classmethod
    def _refuse_open_road(cls, url: str) -> str:
        if (fault := _address_fault(url)) is not None:
            message = f"{fault}; write it like https://api.telegram.org/bot"
            raise ValueError(message)
        return url

    @field_validator("quiet_hours")
    @classmethod
    def _refuse_odd_hours(cls, given: str) -> str:
        found = _HOURS.fullmatch(given)
        if given and (found is None or found[1] + found[2] == found[3] + found[4]):
            message = "it is no part of a day; write it like 22:00-07:00"
            raise ValueError(message)
        return given

    @field_validator("quiet_hours_zone")
    @classmethod
    def _refuse_unknown_zone(cls, given: str) -> str:
        try:
            ZoneInfo(given)
        except (ZoneInfoNotFoundError, ValueError):
            message = "there is no such time zone; write it like Europe/Vienna"
            raise ValueError(message) from None
        return given

    @model_validator(mode="after")
    def _refuse_questions_without_a_phone(self) -> Self:
        if self.telegram_token.get_secret_value() and not self.telegram_chat_ids:
            message = (
                "TELEGRAM_CHAT_IDS is empty with a TELEGRAM_TOKEN given; name at least one chat, "
                "or the bot may talk to nobody"
            )
            raise ValueError(message)
        return self


def _address_fault(url: str) -> str | None:
    """The token is a part of every address that is called, so whoever sees one has the bot."""
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 -- raises ValueError for a port that is no number up to 65535
    except ValueError:
        return "it is no address"
    if "@" in parts.netloc or parts.query or parts.fragment:
        return "it holds a name or a question; it ends after the port with /bot"
    host = parts.hostname or ""
    if not host:
        return "it names no host"
    if parts.scheme != "https" and not is_loopback(host):
        return f"http would show {host} and everybody on the way there its token in the clear"
    return None


def _quiet(hours: str, zone: str) -> QuietHours | None:
    found = _HOURS.fullmatch(hours)
    if found is None:
        return None
    start, end = time(int(found[1]), int(found[2])), time(int(found[3]), int(found[4]))
    return QuietHours(start, end, ZoneInfo(zone))

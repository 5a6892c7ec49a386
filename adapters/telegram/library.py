"""Manners of python-telegram-bot 22.8 that a process has to set before it uses it."""

import asyncio
import logging
import os
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from pydantic import SecretStr
from telegram import Update
from telegram.error import InvalidToken
from telegram.ext import ExtBot
from telegram.request import HTTPXRequest

DEFAULT_BASE_URL = "https://api.telegram.org/bot"
# httpx tells every address at INFO, and the address of a bot holds its token.
_TALKATIVE = ("httpx", "httpcore", "telegram", "telegram.ext")


@dataclass(frozen=True, slots=True)
class TelegramAccess:
    """Which bot, at which address. `base_url` ends before the token."""

    token: SecretStr
    base_url: str = DEFAULT_BASE_URL
    timeout: timedelta = timedelta(seconds=10)

    def open_request(self, connections: int = 4) -> HTTPXRequest:
        """A pool of connections with this access's timeout. Shut it down when done."""
        seconds = self.timeout.total_seconds()
        return HTTPXRequest(
            connection_pool_size=connections,
            read_timeout=seconds,
            write_timeout=seconds,
            connect_timeout=seconds,
            # Only this machine is spoken to without https, and a proxy would read the token.
            httpx_kwargs={"trust_env": self.base_url.startswith("https:")},
        )

    def masked(self, text: str) -> str:
        """`text` without the token in it."""
        secret = self.token.get_secret_value()
        return text.replace(secret, "**********") if secret else text


class ListeningBot(ExtBot[None]):
    """Sets `refused` when the token is taken back: the library stops listening without a word."""

    def __init__(
        self, access: TelegramAccess, requests: tuple[HTTPXRequest, HTTPXRequest]
    ) -> None:
        """`requests` are for everything else, and for the long poll, which keeps its own busy."""
        super().__init__(
            access.token.get_secret_value(),
            base_url=access.base_url,
            request=requests[0],
            get_updates_request=requests[1],
        )
        self._refused = asyncio.Event()  # the library locks names without an underscore

    @property
    def refused(self) -> asyncio.Event:
        """Set as soon as Telegram did not know the token any more."""
        return self._refused

    async def get_updates(self, *arguments: Any, **options: Any) -> tuple[Update, ...]:
        """The updates that wait, as the library asks for them."""
        try:
            return await super().get_updates(*arguments, **options)
        except InvalidToken:
            self._refused.set()
            raise


def prepare_library() -> None:
    """Times as timedelta, which the next version does anyway, and no token in any log."""
    os.environ.setdefault("PTB_TIMEDELTA", "true")
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.CRITICAL)

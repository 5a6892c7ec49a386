"""Manners of python-telegram-bot 22.8 that a process has to set before it uses it."""

import logging
import os
from dataclasses import dataclass
from datetime import timedelta

from pydantic import SecretStr
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
        )

    def masked(self, text: str) -> str:
        """`text` without the token in it."""
        secret = self.token.get_secret_value()
        return text.replace(secret, "**********") if secret else text


def prepare_library() -> None:
    """Times as timedelta, which the next version does anyway, and no token in any log."""
    os.environ.setdefault("PTB_TIMEDELTA", "true")
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.CRITICAL)

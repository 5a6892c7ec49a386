"""Deeds that wait for a second yes: each nonce is good once, in its chat, for a short time."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from trading.pages import Deed

LIFETIME = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class _Asked:
    deed: Deed
    chat_id: int
    expires_at: datetime


class Confirmations:
    """What was asked and not answered yet. A bot that starts anew remembers none of it."""

    def __init__(self) -> None:
        self._asked: dict[str, _Asked] = {}

    def ask(self, deed: Deed, *, chat_id: int, now: datetime) -> str:
        """The nonce under which `deed` may be confirmed once."""
        self._asked = {
            nonce: asked for nonce, asked in self._asked.items() if asked.expires_at > now
        }
        nonce = secrets.token_hex(8)
        self._asked[nonce] = _Asked(deed, chat_id, now + LIFETIME)
        return nonce

    def take(self, nonce: str, *, chat_id: int, now: datetime) -> Deed | None:
        """The deed of a nonce, which is used up; None if it is not good (any more) here."""
        asked = self._asked.get(nonce)
        if asked is None or asked.chat_id != chat_id:
            return None
        del self._asked[nonce]
        return asked.deed if now < asked.expires_at else None

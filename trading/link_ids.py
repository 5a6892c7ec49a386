"""The deterministic client order id: the same decision and leg always give the same id."""

import base64
import hashlib
import re
from enum import StrEnum

_ALLOWED = re.compile(r"[A-Za-z0-9_-]{1,36}")


class Leg(StrEnum):
    """What an order does within its decision."""

    ENTRY = "entry"
    CLOSE = "close"


def is_link_id(text: str) -> bool:
    """Whether the exchange accepts `text` as orderLinkId: 1-36 of letters, digits, _ and -."""
    return _ALLOWED.fullmatch(text) is not None


def link_id(*, environment: str, account: str, decision: str, leg: Leg) -> str:
    """The orderLinkId of one leg of one decision, 30 characters.

    160 bits of SHA-256 in base32 would need 32 characters; 140 bits in 28 leave room for the
    prefix `at` and make a collision impossible in practice. A request that is repeated after a
    time-out, a crash or by another worker carries the same id, so the exchange refuses the second.
    """
    identity = "\n".join((environment, account, decision, leg))
    digest = hashlib.sha256(identity.encode()).digest()
    return "at" + base64.b32encode(digest).decode().lower()[:28]

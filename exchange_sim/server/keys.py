"""API keys: whose account they open, what they may do, and how they sign."""

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum


class Permission(StrEnum):
    """What a key may do beyond reading: nothing, trade, or trade and withdraw."""

    READ = "read"
    TRADE = "trade"
    WITHDRAW = "withdraw"


@dataclass(frozen=True, slots=True)
class ApiKey:
    """One key of one account; the secret never shows in a repr."""

    key: str
    secret: str = field(repr=False)
    account: str
    permission: Permission = Permission.TRADE

    def sign(self, payload: bytes) -> str:
        """HMAC-SHA256 of `payload` in lower-case hex (Bybit docs, "Integration Guidance")."""
        return hmac.new(self.secret.encode(), payload, hashlib.sha256).hexdigest()

    def has_signed(self, payload: bytes, signature: str) -> bool:
        """Whether `signature` is ours, compared in constant time."""
        return hmac.compare_digest(self.sign(payload).encode(), signature.encode())


class Keyring:
    """The keys the exchange knows."""

    def __init__(self, keys: Iterable[ApiKey]) -> None:
        self._keys = {key.key: key for key in keys}

    def add(self, key: ApiKey) -> None:
        """Let `key` open its account from now on.

        Raises: ValueError if a key of that name opens another account or has another secret.
        """
        known = self._keys.setdefault(key.key, key)
        if known != key:
            message = f"key {key.key!r} is already in use with another secret, right or account"
            raise ValueError(message)

    def account_of(self, key: bytes | str) -> str:
        """The account the key of that name opens; empty if there is none."""
        found = self.find(key.decode("latin-1") if isinstance(key, bytes) else key)
        return found.account if found else ""

    def find(self, key: str) -> ApiKey | None:
        """The key of that name, if there is one."""
        return self._keys.get(key)

    @property
    def accounts(self) -> list[str]:
        """The accounts that keys open, each once."""
        return list(dict.fromkeys(key.account for key in self._keys.values()))

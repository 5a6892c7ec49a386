"""Tokens for programs: made and shown once, known again by their hash, revoked for good."""

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address

from pydantic import SecretStr
from sqlalchemy.orm import Session, sessionmaker

from db.keys import AccountKey
from db.repositories import api_tokens
from db.repositories.api_tokens import Token
from db.unit_of_work import read_session, unit_of_work
from trading.api_access import Scope
from trading.errors import MisconfiguredError

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")
_RANDOM_BYTES = 32
_PREFIX = "autotrader_"
"""So that a token that lies around is known for one, also by programs that look for secrets."""


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token that was just made. `secret` is kept nowhere: it is shown once."""

    name: str
    scope: Scope
    secret: SecretStr


def create_token(
    sessions: sessionmaker[Session], key: AccountKey, name: str, scope: Scope, *, now: datetime
) -> NewToken:
    """A new token of 256 random bits for programs that work on this account.

    Raises:
        MisconfiguredError: the name is not allowed or was given before.
    """
    if not _NAME.fullmatch(name):
        message = (
            f"{name!r} cannot name a token; use at most 40 of a-z, 0-9, dot, dash and underscore, "
            "the first a letter or a digit"
        )
        raise MisconfiguredError(message)
    secret = _PREFIX + secrets.token_urlsafe(_RANDOM_BYTES)
    with unit_of_work(sessions) as session:
        if not api_tokens.add(session, key, name, scope, sha256=_hash(secret), now=now):
            message = (
                f"there is, or was, a token {name!r} of {key.environment}/{key.account}; a name "
                "is given once, choose another one"
            )
            raise MisconfiguredError(message)
    return NewToken(name, scope, SecretStr(secret))


def revoke_token(
    sessions: sessionmaker[Session], key: AccountKey, name: str, *, now: datetime
) -> None:
    """End a token; from the next request on it opens nothing.

    Raises:
        MisconfiguredError: the account has no valid token of that name.
    """
    with unit_of_work(sessions) as session:
        if api_tokens.revoke(session, key, name, now=now):
            return
        valid = [token.name for token in api_tokens.all_of(session, key) if _is_valid(token)]
    message = f"there is no valid token {name!r}; valid are: {', '.join(valid) or 'none'}"
    raise MisconfiguredError(message)


def tokens(sessions: sessionmaker[Session], key: AccountKey) -> list[Token]:
    """Every token of the account, the revoked ones too, oldest first."""
    with read_session(sessions) as session:
        return api_tokens.all_of(session, key)


def token_of(
    sessions: sessionmaker[Session], key: AccountKey, secret: str, *, now: datetime
) -> Token | None:
    """The valid token that this is, None if it is none; its use is noted.

    It is looked up by its hash, so how long the look-up takes tells nothing about the secret.
    """
    with read_session(sessions) as session:
        found = api_tokens.of_hash(session, key, _hash(secret))
    if found is not None and api_tokens.needs_touch(found, now=now):
        with unit_of_work(sessions) as session:
            api_tokens.touch(session, found.id, now=now)
    return found


def require_safe_address(host: str, sessions: sessionmaker[Session], key: AccountKey) -> None:
    """Refuse to listen where others may come while there is no token that could tell them apart.

    Raises:
        MisconfiguredError: `host` is no loopback address and the account has no valid token.
    """
    if _is_loopback(host) or any(map(_is_valid, tokens(sessions, key))):
        return
    message = (
        f"refused to listen on {host}: other machines could reach it, and "
        f"{key.environment}/{key.account} has no token, so nobody could prove who he is (there is "
        "no login for people yet); run `autotrader token create NAME`, or listen on 127.0.0.1"
    )
    raise MisconfiguredError(message)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _is_valid(token: Token) -> bool:
    return token.revoked_at is None


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False  # a name may lead anywhere

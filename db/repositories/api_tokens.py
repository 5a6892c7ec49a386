"""Tokens of the API: added, found by their hash, listed and revoked; never changed otherwise."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session
from uuid_utils.compat import uuid7

from db.keys import AccountKey
from db.models import ApiTokenRow
from db.repositories.rows import account_columns, belongs_to, insert_missing, value_of
from trading.api_access import Scope

_FRESH = timedelta(minutes=1)
"""How old a note of the last use may be: not every read of a page is to be a write."""


@dataclass(frozen=True, slots=True)
class Token:
    """What is known of a token. It is valid until `revoked_at`."""

    id: UUID
    name: str
    scope: Scope
    created_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None


def add(
    session: Session, key: AccountKey, name: str, scope: Scope, *, sha256: str, now: datetime
) -> bool:
    """Keep a new token's hash; False if the account has, or had, a token of that name."""
    row = {
        "id": uuid7(),
        **account_columns(key),
        "name": name,
        "scope": scope,
        "token_sha256": sha256,
        "created_at": now,
    }
    return bool(insert_missing(session, ApiTokenRow, [row], returning=ApiTokenRow.id))


def of_hash(session: Session, key: AccountKey, sha256: str) -> Token | None:
    """The valid token of the account with this hash."""
    statement = select(ApiTokenRow).where(
        belongs_to(ApiTokenRow, key),
        ApiTokenRow.token_sha256 == sha256,
        ApiTokenRow.revoked_at.is_(None),
    )
    row = session.scalars(statement).one_or_none()
    return None if row is None else value_of(Token, row)


def all_of(session: Session, key: AccountKey) -> list[Token]:
    """Every token of the account, the revoked ones too, oldest first."""
    statement = select(ApiTokenRow).where(belongs_to(ApiTokenRow, key))
    ordered = statement.order_by(ApiTokenRow.created_at, ApiTokenRow.id)
    return [value_of(Token, row) for row in session.scalars(ordered)]


def revoke(session: Session, key: AccountKey, name: str, *, now: datetime) -> bool:
    """End a token; False if the account has no valid one of that name."""
    statement = (
        update(ApiTokenRow)
        .where(
            belongs_to(ApiTokenRow, key),
            ApiTokenRow.name == name,
            ApiTokenRow.revoked_at.is_(None),
        )
        .values(revoked_at=now)
        .returning(ApiTokenRow.id)
    )
    return session.scalar(statement) is not None


def needs_touch(token: Token, *, now: datetime) -> bool:
    """Whether the note of the token's last use is too old."""
    return token.last_used_at is None or token.last_used_at < now - _FRESH


def touch(session: Session, token_id: UUID, *, now: datetime) -> None:
    """Note that the token was used."""
    statement = update(ApiTokenRow).where(ApiTokenRow.id == token_id)
    session.execute(statement.values(last_used_at=now))

"""`api_tokens`: who may use the API, and how far. A token itself is kept nowhere."""

from datetime import datetime

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Identified, OfAccount, Recorded
from trading.api_access import Scope


class ApiTokenRow(Base, Identified, OfAccount, Recorded):
    """One token. A name is never given twice, so that what was done under it stays told apart.

    `last_used_at` is up to a minute old.
    """

    __tablename__ = "api_tokens"

    name: Mapped[str]
    scope: Mapped[Scope]
    token_sha256: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("environment", "account", "name"),
        CheckConstraint("name <> ''", name="has_name"),
        CheckConstraint("token_sha256 ~ '^[0-9a-f]{64}$'", name="token_is_hashed"),
    )

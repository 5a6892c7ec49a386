"""Chart pictures by content."""

import hashlib

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from db.models import ChartRow


def save(session: Session, png: bytes, *, width: int, height: int) -> str:
    """The picture's SHA-256 in hex. Saving the same bytes again changes nothing."""
    sha256 = hashlib.sha256(png).hexdigest()
    session.execute(
        insert(ChartRow)
        .values(sha256=sha256, png=png, width=width, height=height)
        .on_conflict_do_nothing()
    )
    return sha256


def load(session: Session, sha256: str) -> bytes | None:
    """The PNG, or None if there is no such picture."""
    return session.scalar(select(ChartRow.png).where(ChartRow.sha256 == sha256))

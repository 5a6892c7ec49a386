"""The brakes that hold the account."""

from sqlalchemy.orm import Session

from db.keys import AccountKey
from db.repositories import halts
from db.repositories.halts import Halt

__all__ = ["Halt", "standing_halts"]


def standing_halts(session: Session, key: AccountKey) -> list[Halt]:
    """The brakes that hold now, the oldest first."""
    return halts.open_halts(session, key)

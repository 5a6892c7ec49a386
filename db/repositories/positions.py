"""The mirror of the exchange's positions. Whatever way a word of them came, it never goes back."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, tuple_
from sqlalchemy.dialects.postgresql import insert as insert_or_update
from sqlalchemy.orm import Session

from db.keys import AccountKey
from db.models import PositionPushRow, PositionRow
from db.repositories import capacity
from db.repositories.rows import account_columns, belongs_to, columns_of
from trading.orders import PositionIndex
from trading.positions import Position
from trading.pushes import FlatPosition

CLOCK_ERROR = timedelta(seconds=1)
"""How far our reading times may be from the exchange's own: it refuses us beyond that."""

_Place = tuple[str, PositionIndex]
_Version = tuple[datetime, int]


def replace_mirror(
    session: Session, key: AccountKey, positions: Sequence[Position], *, read_at: datetime
) -> bool:
    """Make the mirror equal to what was read at `read_at`. False if a newer reading is here.

    A position of which the stream has told something newer stays as the stream told it.
    `read_at` is the time just before the exchange was asked, so that an intent filled later is
    still counted as a reservation. Takes the capacity lock: nobody reserves on half a mirror.
    """
    account = capacity.lock(session, key)
    if account.mirrored_at is not None and read_at < account.mirrored_at:
        return False
    pushed = _pushed(session, key)
    taken = [
        position
        for position in positions
        if _version(position) >= pushed.get(_place(position), _version(position))
    ]
    read = {_place(position) for position in taken}
    kept = [place for place, (at, _) in pushed.items() if place not in read and at > read_at] + [
        _place(position) for position in positions if _place(position) not in read
    ]
    mirrored = tuple_(PositionRow.symbol, PositionRow.position_index)
    session.execute(delete(PositionRow).where(belongs_to(PositionRow, key), mirrored.not_in(kept)))
    _insert(session, key, taken)
    account.mirrored_at = read_at
    session.flush()
    return True


def take_pushes(
    session: Session, key: AccountKey, pushes: Sequence[Position | FlatPosition]
) -> list[str]:
    """The symbols whose mirror changed; a push that is older than what is known changes nothing.

    Takes the capacity lock, as `replace_mirror` does.
    """
    account = capacity.lock(session, key)
    changed = [
        push.symbol
        for push in pushes
        if not _is_old(account.mirrored_at, push) and _take(session, key, push)
    ]
    session.flush()
    return sorted(set(changed))


def _is_old(mirrored_at: datetime | None, push: Position | FlatPosition) -> bool:
    """Whether a whole reading of the account is surely newer than the push."""
    return mirrored_at is not None and push.updated_at < mirrored_at - CLOCK_ERROR


def _take(session: Session, key: AccountKey, push: Position | FlatPosition) -> bool:
    if not _advance(session, key, push):
        return False
    here = (
        belongs_to(PositionRow, key),
        PositionRow.symbol == push.symbol,
        PositionRow.position_index == push.position_index,
    )
    known = session.execute(select(PositionRow.updated_at, PositionRow.sequence).where(*here))
    row = known.one_or_none()
    if row is not None and tuple(row) > _version(push):
        return False
    session.execute(delete(PositionRow).where(*here))
    if isinstance(push, Position):
        _insert(session, key, [push])
    return True


def _advance(session: Session, key: AccountKey, push: Position | FlatPosition) -> bool:
    """Remember that the stream came so far with this position; False if it was further."""
    row = {
        **account_columns(key),
        "symbol": push.symbol,
        "position_index": push.position_index,
        "updated_at": push.updated_at,
        "sequence": push.sequence,
    }
    statement = insert_or_update(PositionPushRow).values(row)
    new = statement.excluded
    known = tuple_(PositionPushRow.updated_at, PositionPushRow.sequence)
    advanced = statement.on_conflict_do_update(
        index_elements=["environment", "account", "symbol", "position_index"],
        set_={"updated_at": new.updated_at, "sequence": new.sequence},
        where=known <= tuple_(new.updated_at, new.sequence),
    )
    return session.scalar(advanced.returning(PositionPushRow.symbol)) is not None


def _pushed(session: Session, key: AccountKey) -> dict[_Place, _Version]:
    statement = select(PositionPushRow).where(
        PositionPushRow.environment == key.environment, PositionPushRow.account == key.account
    )
    return {
        (row.symbol, row.position_index): (row.updated_at, row.sequence)
        for row in session.scalars(statement)
    }


def _insert(session: Session, key: AccountKey, positions: Sequence[Position]) -> None:
    rows = [{**account_columns(key), **columns_of(position)} for position in positions]
    if rows:
        session.execute(insert(PositionRow), rows)


def _place(position: Position) -> _Place:
    return position.symbol, position.position_index


def _version(word: Position | FlatPosition) -> _Version:
    return word.updated_at, word.sequence

"""The mirror of positions: pushes and readings in any order, and it never goes back."""

from datetime import datetime, timedelta
from decimal import Decimal
from itertools import permutations

import pytest
from sqlalchemy.orm import Session

from db.keys import AccountKey
from db.repositories import capacity, positions
from tests.db.conftest import Make
from trading.orders import PositionIndex
from trading.pushes import FlatPosition

SECOND = timedelta(seconds=1)


def flat(at: datetime, sequence: int = 9) -> FlatPosition:
    return FlatPosition("BTCUSDT", PositionIndex.ONE_WAY, at, sequence)


def held(session: Session, key: AccountKey) -> list[Decimal]:
    return [position.quantity for position in capacity.mirrored_positions(session, key)]


def test_a_push_changes_one_position_and_leaves_the_others(
    session: Session, make: Make, key: AccountKey, now: datetime
) -> None:
    other = make.position(symbol="ETHUSDT")
    positions.replace_mirror(session, key, [other], read_at=now)
    pushed = make.position(updated_at=now + SECOND)

    assert positions.take_pushes(session, key, [pushed]) == ["BTCUSDT"]

    assert capacity.mirrored_positions(session, key) == (pushed, other)


def test_a_flat_position_leaves_the_mirror(
    session: Session, make: Make, key: AccountKey, now: datetime
) -> None:
    positions.take_pushes(session, key, [make.position(updated_at=now)])

    positions.take_pushes(session, key, [flat(now + SECOND)])

    assert held(session, key) == []


def test_a_reading_that_is_older_than_the_push_of_the_end_does_not_bring_it_back(
    session: Session, make: Make, key: AccountKey, now: datetime
) -> None:
    open_before = make.position(updated_at=now)
    positions.take_pushes(session, key, [flat(now + 2 * SECOND)])

    assert positions.replace_mirror(session, key, [open_before], read_at=now + SECOND)

    assert held(session, key) == []


def test_a_reading_that_does_not_know_a_new_position_yet_leaves_it(
    session: Session, make: Make, key: AccountKey, now: datetime
) -> None:
    positions.take_pushes(session, key, [make.position(updated_at=now + 2 * SECOND)])

    positions.replace_mirror(session, key, [], read_at=now + SECOND)
    assert len(held(session, key)) == 1

    positions.replace_mirror(session, key, [], read_at=now + 3 * SECOND)
    assert held(session, key) == []


def test_of_one_millisecond_the_higher_sequence_is_the_newer(
    session: Session, make: Make, key: AccountKey, now: datetime
) -> None:
    newer = make.position(updated_at=now, sequence=5, quantity=Decimal(5))
    older = make.position(updated_at=now, sequence=4, quantity=Decimal(4))

    assert positions.take_pushes(session, key, [newer, older]) == ["BTCUSDT"]

    assert held(session, key) == [Decimal(5)]


def test_a_push_from_long_before_the_reading_changes_nothing(
    session: Session, make: Make, key: AccountKey, now: datetime
) -> None:
    positions.replace_mirror(session, key, [], read_at=now)

    replayed = make.position(updated_at=now - timedelta(minutes=1))

    assert positions.take_pushes(session, key, [replayed]) == []
    assert held(session, key) == []


def test_a_push_that_is_older_than_the_row_read_changes_nothing(
    session: Session, make: Make, key: AccountKey, now: datetime
) -> None:
    read = make.position(updated_at=now, quantity=Decimal(2))
    positions.replace_mirror(session, key, [read], read_at=now)

    assert positions.take_pushes(session, key, [make.position(updated_at=now - SECOND / 2)]) == []
    assert held(session, key) == [Decimal(2)]


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_words_of_any_order_end_at_the_newest(
    session: Session, make: Make, key: AccountKey, now: datetime, order: tuple[int, ...]
) -> None:
    pushes = [
        make.position(updated_at=now, sequence=1, quantity=Decimal(1)),
        make.position(updated_at=now + SECOND, sequence=2, quantity=Decimal(2)),
        flat(now + 2 * SECOND, 3),
        make.position(updated_at=now + 3 * SECOND, sequence=4, quantity=Decimal(4)),
    ]

    for number in order:
        positions.take_pushes(session, key, [pushes[number]])

    assert held(session, key) == [Decimal(4)]

"""A unit of work is all or nothing; a read session cannot write."""

from typing import Any

import pytest
from sqlalchemy.exc import InternalError, OperationalError
from sqlalchemy.orm import Session, sessionmaker

from db.keys import AccountKey
from db.queries.account import latest_wallet
from db.repositories import heartbeats, wallet
from db.unit_of_work import read_session, unit_of_work


def test_work_is_committed_at_the_end(
    session_factory: sessionmaker[Session], make: Any, key: AccountKey
) -> None:
    with unit_of_work(session_factory) as session:
        wallet.snapshot(session, key, make.wallet())
    with read_session(session_factory) as session:
        assert latest_wallet(session, key) == make.wallet()


def test_work_that_raises_leaves_nothing(
    session_factory: sessionmaker[Session], make: Any, key: AccountKey
) -> None:
    def stop_halfway() -> None:
        with unit_of_work(session_factory) as session:
            wallet.snapshot(session, key, make.wallet())
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stop_halfway()
    with read_session(session_factory) as session:
        assert latest_wallet(session, key) is None


def test_a_read_session_cannot_write(
    session_factory: sessionmaker[Session], make: Any, key: AccountKey
) -> None:
    with (
        read_session(session_factory) as session,
        pytest.raises((InternalError, OperationalError), match="read-only transaction"),
    ):
        wallet.snapshot(session, key, make.wallet())


def test_a_read_session_sees_one_moment(
    session_factory: sessionmaker[Session], make: Any, key: AccountKey, now: Any
) -> None:
    with read_session(session_factory) as reader:
        assert latest_wallet(reader, key) is None
        with unit_of_work(session_factory) as writer:
            wallet.snapshot(writer, key, make.wallet())
        assert latest_wallet(reader, key) is None


def test_a_connection_that_was_only_read_from_can_write_again(
    session_factory: sessionmaker[Session], key: AccountKey, now: Any
) -> None:
    with read_session(session_factory) as session:
        latest_wallet(session, key)
    with unit_of_work(session_factory) as session:
        heartbeats.beat(session, key, "position_sync", now=now)

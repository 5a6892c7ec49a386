"""A token is shown once, known by its hash, and opens nothing once it is revoked."""

import hashlib
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from db.engine import open_engine
from db.keys import AccountKey
from db.unit_of_work import session_factory as make_factory
from tasks.api_tokens import (
    create_token,
    require_safe_address,
    revoke_token,
    token_of,
    tokens,
)
from tests.fixtures.desks import new_account
from tests.trading.builders import NOW
from trading.api_access import Scope
from trading.errors import MisconfiguredError


@pytest.fixture
def sessions(desk_database_url: str) -> Iterator[sessionmaker[Session]]:
    """Sessions on the database that desks share."""
    with open_engine(desk_database_url) as engine:
        yield make_factory(engine)


@pytest.fixture
def key() -> AccountKey:
    return AccountKey("paper", new_account())


def made(sessions: sessionmaker[Session], key: AccountKey, name: str = "dashboard") -> str:
    return create_token(sessions, key, name, Scope.TRADE, now=NOW).secret.get_secret_value()


def test_a_token_is_known_again_and_its_text_is_kept_nowhere(
    sessions: sessionmaker[Session], key: AccountKey
) -> None:
    new = create_token(sessions, key, "dashboard", Scope.TRADE, now=NOW)
    secret = new.secret.get_secret_value()

    found = token_of(sessions, key, secret, now=NOW)

    assert found is not None
    assert (found.name, found.scope, found.created_at) == ("dashboard", Scope.TRADE, NOW)
    assert secret not in repr(new) + repr(found)
    with sessions() as session:
        rows = session.execute(text("SELECT CAST(t AS text) FROM api_tokens t")).scalars().all()
    assert [row for row in rows if secret in row] == []
    assert [row for row in rows if hashlib.sha256(secret.encode()).hexdigest() in row]


def test_tokens_differ_and_hold_256_bits(sessions: sessionmaker[Session], key: AccountKey) -> None:
    secrets = {made(sessions, key, f"program-{number}") for number in range(5)}

    assert len(secrets) == 5
    assert {len(secret.removeprefix("autotrader_")) for secret in secrets} == {43}


@pytest.mark.parametrize("said", ["", "x", "autotrader_", "é", "\x00", "' OR 1=1 --"])
def test_what_is_no_token_is_nobodys(
    sessions: sessionmaker[Session], key: AccountKey, said: str
) -> None:
    made(sessions, key)

    assert token_of(sessions, key, said, now=NOW) is None


def test_the_last_use_is_noted_once_a_minute(
    sessions: sessionmaker[Session], key: AccountKey
) -> None:
    secret, seen = made(sessions, key), []
    for seconds in (0, 59, 61):
        token_of(sessions, key, secret, now=NOW + timedelta(seconds=seconds))
        seen.append(tokens(sessions, key)[0].last_used_at)

    assert seen == [NOW, NOW, NOW + timedelta(seconds=61)]


def test_a_revoked_token_opens_nothing_and_keeps_its_name(
    sessions: sessionmaker[Session], key: AccountKey
) -> None:
    secret = made(sessions, key)

    revoke_token(sessions, key, "dashboard", now=NOW)

    assert token_of(sessions, key, secret, now=NOW) is None
    assert [(one.name, one.revoked_at) for one in tokens(sessions, key)] == [("dashboard", NOW)]
    with pytest.raises(MisconfiguredError, match="a name is given once"):
        made(sessions, key)
    with pytest.raises(MisconfiguredError, match="valid are: none"):
        revoke_token(sessions, key, "dashboard", now=NOW)


@pytest.mark.parametrize("name", ["", "-a", "A", "a b", "a\n", "a" * 41, "<b>", "ä"])
def test_a_name_is_short_and_plain(
    sessions: sessionmaker[Session], key: AccountKey, name: str
) -> None:
    with pytest.raises(MisconfiguredError, match="cannot name a token"):
        made(sessions, key, name)


def test_accounts_know_nothing_of_each_others_tokens(
    sessions: sessionmaker[Session], key: AccountKey
) -> None:
    other = AccountKey(key.environment, new_account())
    secret = made(sessions, key)
    made(sessions, other)

    assert token_of(sessions, other, secret, now=NOW) is None
    assert len(tokens(sessions, key)) == 1


@pytest.mark.parametrize("host", ["127.0.0.1", "127.3.2.1", "::1", "localhost"])
def test_on_loopback_no_token_is_needed_to_listen(
    sessions: sessionmaker[Session], key: AccountKey, host: str
) -> None:
    require_safe_address(host, sessions, key)


@pytest.mark.parametrize(
    "host", ["0.0.0.0", "::", "192.168.1.5", "desk.example", "", "localhost.x"]
)
def test_elsewhere_somebody_must_be_able_to_prove_who_he_is(
    sessions: sessionmaker[Session], key: AccountKey, host: str
) -> None:
    with pytest.raises(MisconfiguredError, match="autotrader token create"):
        require_safe_address(host, sessions, key)

    made(sessions, key)
    require_safe_address(host, sessions, key)

    revoke_token(sessions, key, "dashboard", now=NOW)
    with pytest.raises(MisconfiguredError, match="nobody could prove who he is"):
        require_safe_address(host, sessions, key)

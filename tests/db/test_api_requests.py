"""A request is claimed once, answered once, and forgotten after a day."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.keys import AccountKey
from db.models import ApiTokenRow
from db.repositories import api_requests, api_tokens
from db.repositories.api_requests import KEPT, Claimed, KeptAnswer, Known, RequestKey
from tests.trading.builders import NOW
from trading.api_access import Scope

KEY = AccountKey("paper", "requests")
ANSWER = KeptAnswer(200, "application/json", b'{"a": "\\u0000"}')


@pytest.fixture
def token(session: Session) -> UUID:
    return new_token(session, "one", "1")


def new_token(session: Session, name: str, digit: str) -> UUID:
    assert api_tokens.add(session, KEY, name, Scope.READ, sha256=digit * 64, now=NOW)
    found = session.scalar(select(ApiTokenRow.id).where(ApiTokenRow.token_sha256 == digit * 64))
    assert found is not None
    return found


def request(token: UUID, key: str = "mine", digit: str = "0") -> RequestKey:
    return RequestKey(token, key, digit * 64)


def test_of_two_claims_one_holds(session: Session, token: UUID) -> None:
    assert isinstance(api_requests.claim(session, request(token), now=NOW), Claimed)

    later = NOW + timedelta(seconds=1)
    assert api_requests.claim(session, request(token), now=later) == Known(True, None, NOW)
    other = api_requests.claim(session, request(token, digit="f"), now=later)
    assert other == Known(False, None, NOW)


def test_an_answer_is_given_again_to_the_byte(session: Session, token: UUID) -> None:
    claimed = api_requests.claim(session, request(token), now=NOW)
    assert isinstance(claimed, Claimed)

    api_requests.answer(session, claimed, ANSWER)

    assert api_requests.claim(session, request(token), now=NOW) == Known(True, ANSWER, NOW)


def test_a_released_key_may_be_used_again(session: Session, token: UUID) -> None:
    claimed = api_requests.claim(session, request(token), now=NOW)
    assert isinstance(claimed, Claimed)

    api_requests.release(session, claimed)

    assert isinstance(api_requests.claim(session, request(token), now=NOW), Claimed)


def test_keys_are_of_one_token(session: Session, token: UUID) -> None:
    other = new_token(session, "two", "2")
    for whose in (token, other):
        assert isinstance(api_requests.claim(session, request(whose), now=NOW), Claimed)


@pytest.mark.parametrize(("age", "kind"), [(KEPT, Known), (KEPT + timedelta(seconds=1), Claimed)])
def test_a_key_is_forgotten_after_a_day(
    session: Session, token: UUID, age: timedelta, kind: type
) -> None:
    api_requests.claim(session, request(token), now=NOW)

    assert isinstance(api_requests.claim(session, request(token), now=NOW + age), kind)

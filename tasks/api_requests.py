"""What a program asks for is carried out once, however often it asks under the same key."""

from datetime import datetime

from sqlalchemy.orm import Session, sessionmaker

from db.repositories import api_requests
from db.repositories.api_requests import Claimed, KeptAnswer, Known, RequestKey
from db.unit_of_work import unit_of_work

__all__ = ["Claimed", "KeptAnswer", "Known", "RequestKey", "claim", "keep", "release"]


def claim(
    sessions: sessionmaker[Session], request: RequestKey, *, now: datetime
) -> Claimed | Known:
    """The right to carry the request out, committed, or what is known of its key."""
    with unit_of_work(sessions) as session:
        return api_requests.claim(session, request, now=now)


def keep(sessions: sessionmaker[Session], claimed: Claimed, given: KeptAnswer) -> None:
    """Keep the answer: who asks again gets the same one."""
    with unit_of_work(sessions) as session:
        api_requests.answer(session, claimed, given)


def release(sessions: sessionmaker[Session], claimed: Claimed) -> None:
    """Give the right back where nothing was done, so that the same key may be used again."""
    with unit_of_work(sessions) as session:
        api_requests.release(session, claimed)

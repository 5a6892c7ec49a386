"""Wait until no other monitor serves the account."""

from collections.abc import Callable
from threading import Event

import structlog
from sqlalchemy import Engine

from db.keys import AccountKey
from db.seat import Seat, take_seat

SEAT = "monitor"
_ASK_EVERY_SECONDS = 0.5

log = structlog.get_logger()


def wait_for_seat(
    engine: Engine, key: AccountKey, stop: Event, *, waiting: Callable[[], None]
) -> Seat | None:
    """The seat of the account's monitor as soon as it is free; None when told to stop before.

    `waiting` is called once if another monitor has it. A monitor that is killed frees the seat at
    once, for the database sees its connection end.
    """
    told = False
    while not stop.is_set():
        seat = take_seat(engine, key, SEAT)
        if seat is not None:
            return seat
        if not told:
            log.info("standing by", environment=key.environment, account=key.account)
            waiting()
            told = True
        stop.wait(_ASK_EVERY_SECONDS)
    return None

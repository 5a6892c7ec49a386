"""The gate to the exchange that all processes of the desk share: limits, breakers, silence."""

import logging
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFreeError

from db.engine import EngineOptions, open_engine
from db.migrate import require_current
from db.repositories import breakers, rate_buckets
from db.repositories.breakers import Standing
from db.repositories.rate_buckets import Taken
from tasks.traffic_lessons import Admission, Lessons
from trading.breaker import Passage, passage, probing
from trading.errors import ExchangeHaltedError, ExchangeRetryableError, MisconfiguredError
from trading.request_outcomes import OutcomeClass
from trading.token_bucket import floor_of, wait_of
from trading.traffic import Call, Outcome, Purpose
from trading.traffic_rules import SILENCE, TrafficRules, remaining_time

_logger = logging.getLogger(__name__)

_UNREACHABLE = (OperationalError, InterfaceError, NoConnectionFreeError, MisconfiguredError)
"""What the database raises when it cannot be asked now."""

_SPREAD = 0.1
"""Those who wait for the same token ask again up to so much (a fraction) later than they could."""


class SharedGate:
    """Admits requests by their urgency and remembers what came of them.

    All it knows is in the database, so it holds for all processes and after a restart; times are
    wall time by the database's clock. Nothing is locked while somebody waits.
    """

    def __init__(
        self,
        engine: Engine,
        rules: TrafficRules | None = None,
        *,
        pause: Callable[[float], None] = time.sleep,
        draw: Callable[[], float] = random.random,
    ) -> None:
        self._engine = engine
        self._atomic = engine.execution_options(isolation_level="READ COMMITTED")
        self._rules = rules or TrafficRules()
        self._lessons = Lessons(engine, self._rules, draw)
        self._pause = pause
        self._draw = draw

    def admit(self, call: Call, /) -> Callable[[Outcome], None]:
        """Wait for the request's turn; call the result with what came of it.

        While the database cannot be asked, only what protects a position is sent.

        Raises:
            ExchangeRetryableError: a breaker is open, the turn did not come in time, or nobody
                can count; nothing was sent.
            ExchangeHaltedError: the exchange banned this address; the message says for how long.
        """
        try:
            return partial(self._report, self._admit(call))
        except _UNREACHABLE as error:
            kind = type(error).__name__
            if call.purpose is not Purpose.PROTECT:
                message = f"{call.endpoint}: not sent: the database cannot count it ({kind})"
                raise ExchangeRetryableError(message) from error
            _logger.warning("%s is sent uncounted: %s", call.endpoint, kind)
            return _forget

    def _admit(self, call: Call) -> Admission:
        admission = self._wait_for_turn(call)
        breaker = admission.breaker
        is_probe = passage(breaker, admission.standing.now) is Passage.PROBE
        if call.purpose is Purpose.PROTECT or not is_probe:
            return admission
        trying = probing(breaker, admission.standing.now, self._rules.breaker_of(call.purpose))
        with self._atomic.begin() as connection:
            is_ours = breakers.change(
                connection, call.host, call.purpose, seen=breaker, new=trying
            )
        if not is_ours:
            message = f"{call.endpoint}: not sent: another request tries whether it works again"
            raise ExchangeRetryableError(message)
        return admission

    def _wait_for_turn(self, call: Call) -> Admission:
        left = self._rules.patience
        while True:
            with self._engine.connect() as connection:
                standing, taken = self._ask(connection, call)
            wait = wait_of(taken.levels, granted=taken.granted)
            if taken.granted and wait:
                # A promised token: everything may have changed when its time has come.
                self._pause(wait.total_seconds())
                with self._engine.connect() as connection:
                    standing = _passable(connection, call)
            if taken.granted:
                return Admission(call, standing, taken.levels)
            wait *= 1 + _SPREAD * self._draw()
            if wait > left:
                raise _too_long(call, wait, left)
            self._pause(wait.total_seconds())
            left -= wait

    def _ask(self, connection: Connection, call: Call) -> tuple[Standing, Taken]:
        """How the host stands and what was taken: in one statement while nothing is amiss."""
        wanted = self._rules.buckets_of(call)
        floors = {bucket.name: floor_of(bucket, call.purpose) for bucket in wanted}
        taken = rate_buckets.take(connection, floors, if_untroubled=call.host)
        if taken.at is not None and len(taken.levels) == len(wanted):
            return Standing(taken.at, {}), taken
        standing = _passable(connection, call)
        taken = rate_buckets.take(connection, floors)
        if len(taken.levels) < len(wanted):
            for bucket in wanted:
                rate_buckets.open_new(connection, bucket)
            taken = rate_buckets.take(connection, floors)
        return standing, taken

    def _report(self, admission: Admission, outcome: Outcome) -> None:
        try:
            self._lessons.learn(admission, outcome)
        except _UNREACHABLE as error:
            # What came of the request matters more to the caller than what it teaches others.
            _logger.warning("%s taught nothing: %s", admission.call.endpoint, type(error).__name__)


@contextmanager
def open_gate(url: str, rules: TrafficRules, *, role: str) -> Iterator[SharedGate]:
    """A gate with connections of its own, so that requests never wait for a step's transaction.

    `role` names it in the database's own views.
    """
    with open_engine(url, gate_options(role)) as engine:
        yield SharedGate(engine, rules)


def can_count(url: str, *, role: str) -> bool:
    """Whether the database is there, with this program's schema, to count requests in."""
    try:
        with open_engine(url, gate_options(role)) as engine:
            require_current(engine)
    except _UNREACHABLE as error:
        _logger.warning("requests of %s are not counted: %s", role, type(error).__name__)
        return False
    return True


def gate_options(role: str) -> EngineOptions:
    """Few connections that give up soon: who waits for a token does not wait for the database."""
    return EngineOptions(
        application_name=f"{role} traffic",
        statement_timeout=timedelta(seconds=2),
        lock_timeout=timedelta(seconds=1),
        connect_timeout=timedelta(seconds=2),
        # All symbols of a cycle ask at once, each for a millisecond: waiting for a connection is
        # quicker than opening one.
        pool_size=8,
        pool_overflow=0,
        waits_for_disk=False,
        autocommit=True,
    )


def _passable(connection: Connection, call: Call) -> Standing:
    """How the host stands, if a request of this kind may leave."""
    standing = breakers.standing(connection, call.host)
    silence = remaining_time(standing.of(SILENCE), standing.now)
    if silence > timedelta(0):
        message = (
            f"{call.endpoint}: not sent: {call.host} banned this address; nothing is sent for "
            f"another {silence.total_seconds():.0f} s ({standing.of(SILENCE).reason})"
        )
        raise ExchangeHaltedError(message, outcome=OutcomeClass.SILENCED)
    breaker = standing.of(call.purpose)
    is_blocked = passage(breaker, standing.now) is Passage.BLOCKED
    if is_blocked and call.purpose is not Purpose.PROTECT:
        wait = remaining_time(breaker, standing.now).total_seconds()
        message = (
            f"{call.endpoint}: not sent: {breaker.failures} {call.purpose} requests failed in "
            f"a row, tried again in {wait:.1f} s (last: {breaker.reason})"
        )
        raise ExchangeRetryableError(message)
    return standing


def _too_long(call: Call, wait: timedelta, left: timedelta) -> ExchangeRetryableError:
    return ExchangeRetryableError(
        f"{call.endpoint}: not sent: its turn comes in {wait.total_seconds():.1f} s and it may "
        f"wait {max(left, timedelta(0)).total_seconds():.1f} s more; ask less often"
    )


def _forget(_outcome: Outcome) -> None:
    return None

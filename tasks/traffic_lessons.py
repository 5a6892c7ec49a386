"""What the outcome of a request teaches all processes about the next ones."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine

from db.repositories import breakers, rate_buckets
from db.repositories.breakers import Standing
from trading.breaker import CLOSED, Breaker, after_failure
from trading.token_bucket import Bucket, Level
from trading.traffic import Call, Outcome, Result
from trading.traffic_rules import SILENCE, TrafficRules, address_of, endpoint_of, remaining_time

_ATTEMPTS = 10
"""Each one lost means that another process changed the same breaker meanwhile."""

_NEARLY_NONE = 0.1
"""With so few requests left (a fraction of the limit) somebody else uses the account, too."""

Change = Callable[[Breaker, datetime], Breaker]
"""What a breaker becomes, now."""


@dataclass(frozen=True, slots=True)
class Admission:
    """A request that may leave, and how things stood when it was let through."""

    call: Call
    standing: Standing
    levels: tuple[Level, ...]

    @property
    def breaker(self) -> Breaker:
        """The breaker of the request's own kind."""
        return self.standing.of(self.call.purpose)


class Lessons:
    """Writes down what outcomes teach. An ordinary answer in ordinary times writes nothing."""

    def __init__(self, engine: Engine, rules: TrafficRules, draw: Callable[[], float]) -> None:
        self._engine = engine
        self._atomic = engine.execution_options(isolation_level="READ COMMITTED")
        self._rules = rules
        self._draw = draw

    def learn(self, admission: Admission, outcome: Outcome) -> None:
        """Tell everybody what came of a request."""
        call = admission.call
        match outcome.result:
            case Result.FAILED:
                self._change(call.host, call.purpose, self._failed(call, outcome))
            case Result.BANNED:
                self._change(
                    call.host, SILENCE, lambda _seen, now: self._rules.silenced(outcome, now)
                )
            case Result.ANSWERED:
                self._close(admission)
            case Result.LIMITED | Result.ADDRESS_LIMITED:
                self._close(admission)
                self._block(call, outcome)
        self._correct(admission, outcome)

    def _failed(self, call: Call, outcome: Outcome) -> Change:
        rules = self._rules.breaker_of(call.purpose)
        jitter = self._draw()

        def change(seen: Breaker, now: datetime) -> Breaker:
            return after_failure(seen, outcome.reason, now, rules=rules, jitter=jitter)

        return change

    def _close(self, admission: Admission) -> None:
        call = admission.call
        if admission.breaker != CLOSED:
            self._change(call.host, call.purpose, lambda _seen, _now: CLOSED)
        if admission.standing.of(SILENCE) != CLOSED:
            self._change(call.host, SILENCE, _closed_if_over)

    def _change(self, host: str, purpose: str, change: Change) -> None:
        for _ in range(_ATTEMPTS):
            with self._atomic.begin() as connection:
                standing = breakers.standing(connection, host)
                seen = standing.of(purpose)
                new = change(seen, standing.now)
                if new == seen or breakers.change(connection, host, purpose, seen=seen, new=new):
                    return

    def _block(self, call: Call, outcome: Outcome) -> None:
        is_address = outcome.result is Result.ADDRESS_LIMITED or call.per_second is None
        name = address_of(call) if is_address else endpoint_of(call)
        with self._engine.connect() as connection:
            rate_buckets.block(connection, name, outcome.reset_after or self._rules.window)

    def _correct(self, admission: Admission, outcome: Outcome) -> None:
        """Believe the exchange's own limit and count where they make us slower."""
        call = admission.call
        right = self._rules.buckets_of(call, outcome.limit)
        wrong = [
            bucket
            for level, bucket in zip(admission.levels, right, strict=True)
            if _is_wrong(level, bucket, is_sure=_is_sure(bucket, call, outcome))
        ]
        nearly_none = call.per_second is not None and (
            outcome.remaining is not None and outcome.remaining <= call.per_second * _NEARLY_NONE
        )
        if not wrong and not nearly_none:
            return
        with self._engine.connect() as connection:
            for bucket in wrong:
                rate_buckets.reshape(connection, bucket)
            if nearly_none and outcome.remaining is not None:
                rate_buckets.keep_at_most(connection, endpoint_of(call), outcome.remaining)


def _is_sure(bucket: Bucket, call: Call, outcome: Outcome) -> bool:
    """Whether the bucket's limit is known and not only the table's upper bound."""
    return outcome.limit is not None or bucket.name == address_of(call)


def _is_wrong(level: Level, bucket: Bucket, *, is_sure: bool) -> bool:
    if level.bucket == bucket:
        return False
    # A limit that was learnt stays until the exchange names another.
    return is_sure or level.bucket.capacity > bucket.capacity


def _closed_if_over(seen: Breaker, now: datetime) -> Breaker:
    # A request that left before a ban may be answered after it; the ban stays.
    return seen if remaining_time(seen, now) > timedelta(0) else CLOSED

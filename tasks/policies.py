"""When the scheduler may run a step again. What must happen once is never repeated by it."""

from collections.abc import Callable
from typing import Any, TypedDict

from prefect.cache_policies import NO_CACHE, CachePolicy
from prefect.client.schemas.objects import State, TaskRun
from prefect.tasks import Task
from sqlalchemy.exc import OperationalError

from trading.errors import ExchangeOutcomeUnknownError, ExchangeRetryableError

TRANSIENT = (ExchangeRetryableError, ExchangeOutcomeUnknownError, OperationalError)
"""Failures of a step that changes nothing at the exchange and may pass by themselves."""


class Policy(TypedDict):
    """The part of a task's definition that says what may be repeated."""

    retries: int
    retry_delay_seconds: list[float]
    retry_jitter_factor: float
    retry_condition_fn: Callable[[Task[..., Any], TaskRun, State[Any]], bool]
    cache_policy: CachePolicy


def is_transient(_task: Task[..., Any], _run: TaskRun, state: State[Any]) -> bool:
    """Whether a failed step failed for a reason that may pass."""
    return isinstance(state.data, TRANSIENT) or isinstance(
        state.result(raise_on_failure=False), TRANSIENT
    )


def never(_task: Task[..., Any], _run: TaskRun, _state: State[Any]) -> bool:
    """No failure is a reason to repeat the step."""
    return False


# NO_CACHE: the default policy hashes the arguments, and a connection cannot be hashed.
SAFE_TO_RETRY: Policy = {
    "retries": 2,
    "retry_delay_seconds": [1.0, 4.0],
    "retry_jitter_factor": 0.5,
    "retry_condition_fn": is_transient,
    "cache_policy": NO_CACHE,
}
"""Reads, and writes to the database that end in the same rows however often they run."""

AT_MOST_ONCE: Policy = {
    "retries": 0,
    "retry_delay_seconds": [],
    "retry_jitter_factor": 0.0,
    "retry_condition_fn": never,
    "cache_policy": NO_CACHE,
}
"""Requests that change something at the exchange. Their unknown outcomes are looked up instead."""

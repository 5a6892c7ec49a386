"""Policies: which failures of a step may pass by themselves."""

from typing import Any, cast

import pytest
from prefect import Task
from prefect.client.schemas.objects import TaskRun
from prefect.states import Completed, Failed
from sqlalchemy.exc import IntegrityError, OperationalError

from tasks import execution, protection, sync_reading
from tasks.policies import AT_MOST_ONCE, SAFE_TO_RETRY, is_transient, never
from trading.errors import (
    AutotraderError,
    BadDataError,
    BadUploadError,
    BrokenRuleError,
    CandleGapError,
    ExchangeDuplicateError,
    ExchangeError,
    ExchangeHaltedError,
    ExchangeOutcomeUnknownError,
    ExchangeRefusedError,
    ExchangeRetryableError,
    InvariantError,
    MisconfiguredError,
    NoCandlesError,
    OldCandleError,
)

NO_TASK = cast("Task[..., Any]", None)
NO_RUN = cast("TaskRun", None)

MAY_PASS: dict[type[Exception], bool] = {
    ExchangeRetryableError: True,
    ExchangeOutcomeUnknownError: True,
    ExchangeError: False,
    ExchangeRefusedError: False,
    ExchangeHaltedError: False,
    ExchangeDuplicateError: False,
    BadDataError: False,
    BadUploadError: False,
    BrokenRuleError: False,
    CandleGapError: False,
    NoCandlesError: False,
    OldCandleError: False,
    InvariantError: False,
    MisconfiguredError: False,
    AutotraderError: False,
    ValueError: False,
}


@pytest.mark.parametrize("kind", MAY_PASS)
def test_only_what_may_pass_by_itself_is_tried_again(kind: type[Exception]) -> None:
    assert is_transient(NO_TASK, NO_RUN, Failed(data=kind("it broke"))) is MAY_PASS[kind]


def test_every_error_of_ours_is_judged_above() -> None:
    def below(kind: type[Exception]) -> set[type[Exception]]:
        return {kind}.union(*(below(child) for child in kind.__subclasses__()))

    public = {kind for kind in below(AutotraderError) if kind.__module__ == "trading.errors"}

    assert public == MAY_PASS.keys() - {ValueError}


def test_a_database_that_went_away_may_come_back() -> None:
    gone = OperationalError("SELECT 1", {}, ConnectionError("gone"))

    assert is_transient(NO_TASK, NO_RUN, Failed(data=gone))


def test_a_row_the_database_refuses_is_refused_again() -> None:
    refused = IntegrityError("INSERT", {}, ValueError("check"))

    assert not is_transient(NO_TASK, NO_RUN, Failed(data=refused))


def test_a_step_that_ended_well_has_no_failure_to_pass() -> None:
    assert not is_transient(NO_TASK, NO_RUN, Completed(data="done"))


def test_nothing_is_a_reason_to_send_an_order_again() -> None:
    for kind in MAY_PASS:
        assert not never(NO_TASK, NO_RUN, Failed(data=kind("it broke")))
    for step in (execution.place_order, execution.execute_entry, protection.protect_positions):
        assert (step.retries, step.retry_condition_fn) == (0, never)
    assert AT_MOST_ONCE["retries"] == 0


def test_reads_are_tried_three_times() -> None:
    assert SAFE_TO_RETRY["retries"] == 2
    assert sync_reading.read_account.retry_condition_fn is is_transient

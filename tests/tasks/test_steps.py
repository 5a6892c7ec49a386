"""A step is a task of Prefect's inside a run, and its plain function everywhere else."""

from collections.abc import Callable
from typing import Any

import pytest

from tasks.policies import SAFE_TO_RETRY
from tasks.steps import part_of_step, step


@step(name="double", task_run_name="double", **SAFE_TO_RETRY)
def double(number: int) -> int:
    """Twice the number."""
    if number < 0:
        message = f"{number} is below 0"
        raise ValueError(message)
    return 2 * number


ASK: dict[str, Callable[[int], Any]] = {
    "called": double,
    "submitted": lambda number: double.submit(number).result(),
    "part of another": lambda number: part_of_step(double, number),
}


@pytest.mark.parametrize("how", ASK)
def test_outside_a_run_a_step_is_its_plain_function(how: str) -> None:
    # No scheduler is reachable here: asking one would fail.
    assert ASK[how](21) == 42


@pytest.mark.parametrize("how", ASK)
def test_outside_a_run_its_failure_is_the_functions_own(how: str) -> None:
    with pytest.raises(ValueError, match="-1 is below 0"):
        ASK[how](-1)

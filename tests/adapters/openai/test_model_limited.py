"""No more calls are on their way at once than are allowed."""

from datetime import timedelta

import pytest

from adapters.openai.limited import CallLimit
from tests.adapters.openai.model_builders import FakeTime
from trading.errors import MisconfiguredError
from trading.model_errors import ModelUnavailableError

SECOND = timedelta(seconds=1)
MOMENT = timedelta(milliseconds=1)


def test_a_free_place_costs_no_time() -> None:
    limit = CallLimit(1, FakeTime().elapsed)

    with limit.place(SECOND) as left:
        assert left == SECOND


def test_a_full_house_is_told() -> None:
    limit = CallLimit(1)

    with (
        limit.place(SECOND),
        pytest.raises(ModelUnavailableError, match="all 1 places") as caught,
        limit.place(MOMENT),
    ):
        pass

    assert not caught.value.may_be_billed


def test_a_place_is_given_back_after_an_error() -> None:
    limit = CallLimit(1)
    with pytest.raises(ValueError, match="broken"), limit.place(SECOND):
        raise ValueError("broken")

    with limit.place(MOMENT):
        pass


def test_a_place_that_gets_free_too_late_is_not_taken() -> None:
    seconds = iter([0.0, 5.0])
    limit = CallLimit(1, lambda: next(seconds))

    with pytest.raises(ModelUnavailableError), limit.place(SECOND):
        pass


def test_no_place_at_all_is_refused() -> None:
    with pytest.raises(MisconfiguredError, match="1 or more"):
        CallLimit(0)

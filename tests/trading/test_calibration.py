"""A calibration says what it rests on, and refuses to be built on less."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.trading.calibrations import ARM, fitted
from trading.calibration import Coefficients, Method, Prior, TimeOuts, no_calibration
from trading.errors import InvariantError


def test_everybody_starts_with_the_prior() -> None:
    assert no_calibration(ARM) == Prior()


@pytest.mark.parametrize(
    ("method", "labels"), [(Method.INTERCEPT, "30"), (Method.RIDGE_PLATT, "100")]
)
def test_a_method_needs_its_labels(method: Method, labels: str) -> None:
    enough = Decimal(labels)
    assert fitted(method=method, effective_labels=enough).method is method
    with pytest.raises(InvariantError, match=f"at least {labels}"):
        fitted(method=method, effective_labels=enough - Decimal("0.1"))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"method": Method.PRIOR}, r"use Prior\(\)"),
        ({"draws": (Coefficients(0, 0),) * 99}, "99 draws; at least 100"),
        ({"effective_labels": Decimal("NaN")}, "NaN effective labels"),
        ({"stated_center": float("inf")}, "stated_center is inf"),
        ({"fitted_at": datetime(2024, 1, 1)}, "fitted_at"),  # noqa: DTZ001
        ({"method": Method.INTERCEPT, "coefficients": Coefficients(0, 0, 1)}, "use ridge_platt"),
        ({"method": Method.INTERCEPT, "draws": (Coefficients(0, 0, 0, 1),) * 100}, "ridge_platt"),
    ],
)
def test_impossible_fits_are_refused(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(InvariantError, match=said):
        replace(fitted(fitted_at=datetime(2024, 1, 1, tzinfo=UTC)), **changes)


@pytest.mark.parametrize(
    ("weights", "said"),
    [
        ((0.0, 0.0, -0.1, 0.0), "must be 0 or more"),
        ((0.0, 0.0, 0.0, -0.1), "must be 0 or more"),
        ((float("nan"), 0.0, 0.0, 0.0), "base is nan"),
        ((0.0, float("inf"), 0.0, 0.0), "arm is inf"),
    ],
)
def test_a_word_is_never_believed_in_reverse(
    weights: tuple[float, float, float, float], said: str
) -> None:
    with pytest.raises(InvariantError, match=said):
        Coefficients(*weights)


@pytest.mark.parametrize(
    ("share", "mean_r", "loss_r"),
    [
        ("0", "0", "1"),
        ("0.4", "0", "0.6"),  # four of ten cost nothing
        ("0.4", "-1", "1"),  # or as much as a stop
        ("0.4", "0.5", "0.4"),  # or earned half an R
        ("0.4", "3", "-0.2"),  # more than the target of 2 R is not believed
    ],
)
def test_a_time_out_loses_less_than_a_stop(share: str, mean_r: str, loss_r: str) -> None:
    assert TimeOuts(Decimal(share), Decimal(mean_r)).loss_r(Decimal(2)) == Decimal(loss_r)


@pytest.mark.parametrize(
    ("share", "mean_r"), [("1", "0"), ("-0.1", "0"), ("NaN", "0"), ("0.5", "-1.1"), ("0", "NaN")]
)
def test_time_outs_that_cannot_be_are_refused(share: str, mean_r: str) -> None:
    with pytest.raises(InvariantError):
        TimeOuts(Decimal(share), Decimal(mean_r))

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from trading import checks
from trading.errors import InvariantError


def test_a_condition_that_holds_passes_silently() -> None:
    checks.require(True, "never seen")


def test_a_broken_condition_raises_its_message() -> None:
    with pytest.raises(InvariantError, match="the reason"):
        checks.require(False, "the reason")


@pytest.mark.parametrize("value", ["0", "-1", "NaN", "Infinity"])
def test_positive_refuses_zero_negative_and_non_finite(value: str) -> None:
    with pytest.raises(InvariantError, match="price is"):
        checks.require_positive("price", Decimal(value))


@pytest.mark.parametrize("value", ["-0.1", "NaN", "-Infinity"])
def test_not_negative_refuses_negative_and_non_finite(value: str) -> None:
    with pytest.raises(InvariantError, match="at least 0"):
        checks.require_not_negative("volume", Decimal(value))


@pytest.mark.parametrize("value", ["-0.01", "1.01", "NaN"])
def test_a_fraction_lies_within_zero_and_one(value: str) -> None:
    with pytest.raises(InvariantError, match="fraction of 0 to 1"):
        checks.require_fraction("share", Decimal(value))


@pytest.mark.parametrize("value", ["0", "0.5", "1"])
def test_both_ends_of_a_fraction_are_allowed(value: str) -> None:
    checks.require_fraction("share", Decimal(value))


@pytest.mark.parametrize("zone", [None, timezone(timedelta(hours=2))])
def test_times_must_be_in_utc(zone: timezone | None) -> None:
    with pytest.raises(InvariantError, match="in UTC"):
        checks.require_utc("moment", datetime(2024, 1, 1, tzinfo=UTC).replace(tzinfo=zone))

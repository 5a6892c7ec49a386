from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from trading.candles import Interval
from trading.errors import InvariantError
from trading.reasons import SkipReason
from trading.slots import SlotRules, check_skew, check_start, slot_of

SLOT = datetime(2024, 1, 10, 12, tzinfo=UTC)
RULES = SlotRules(maximum_lateness=timedelta(minutes=15))


def test_a_moment_belongs_to_the_slot_of_the_last_close() -> None:
    assert slot_of(SLOT + timedelta(minutes=59, seconds=59), Interval.H1) == SLOT


@pytest.mark.parametrize(
    ("delay", "expected"),
    [
        (timedelta(0), None),
        (timedelta(minutes=15), None),
        (timedelta(minutes=15, microseconds=1), SkipReason.LATE),
        (timedelta(hours=5), SkipReason.LATE),
    ],
)
def test_a_run_that_starts_too_late_is_skipped(
    delay: timedelta, expected: SkipReason | None
) -> None:
    assert check_start(SLOT, now=SLOT + delay, rules=RULES) is expected


def test_a_run_cannot_start_before_it_is_due() -> None:
    with pytest.raises(InvariantError, match="before it is due"):
        check_start(SLOT, now=SLOT - timedelta(seconds=1), rules=RULES)


@pytest.mark.parametrize(
    ("skew_ms", "expected"),
    [
        (0, None),
        (1_000, None),
        (-1_000, None),
        (1_001, SkipReason.CLOCK_SKEW),
        (-2_000, SkipReason.CLOCK_SKEW),
    ],
)
def test_a_clock_off_by_more_than_a_second_is_skewed(
    skew_ms: int, expected: SkipReason | None
) -> None:
    assert check_skew(timedelta(milliseconds=skew_ms), RULES) is expected


@pytest.mark.parametrize("name", ["maximum_lateness", "maximum_clock_skew", "lease"])
def test_a_rule_of_no_length_is_refused(name: str) -> None:
    changes: dict[str, Any] = {name: timedelta(0)}
    with pytest.raises(InvariantError, match=f"{name} is 0:00:00"):
        SlotRules(**changes)

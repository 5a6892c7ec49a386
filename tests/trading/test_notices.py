"""What matters is heard at once, what does not can wait, and nothing is told twice in an hour."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trading.errors import InvariantError
from trading.notices import (
    Delivery,
    Loudness,
    Notice,
    NoticeKind,
    NoticePreferences,
    QuietHours,
    Severity,
    delivery_of,
)

FIRST, LAST = (datetime(year, 1, 1, tzinfo=UTC).replace(tzinfo=None) for year in (2020, 2030))
DAY = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)
NIGHT = datetime(2026, 1, 5, 23, 0, tzinfo=UTC)
QUIET = QuietHours(time(22), time(7), ZoneInfo("UTC"))
VIENNA = QuietHours(time(22), time(7), ZoneInfo("Europe/Vienna"))


def notice(**changed: Any) -> Notice:
    base = Notice(NoticeKind.ENTRY, Severity.INFO, "entry 1", "LONG BTCUSDT", DAY)
    return replace(base, **changed)


@pytest.mark.parametrize(
    ("severity", "loudness", "moment", "expected"),
    [
        (Severity.INFO, Loudness.ON, DAY, Delivery.SEND),
        (Severity.INFO, Loudness.SILENT, DAY, Delivery.SILENT),
        (Severity.INFO, Loudness.OFF, DAY, Delivery.DROP),
        (Severity.INFO, Loudness.ON, NIGHT, Delivery.LATER),
        (Severity.INFO, Loudness.OFF, NIGHT, Delivery.DROP),
        (Severity.WARNING, Loudness.ON, NIGHT, Delivery.SILENT),
        (Severity.WARNING, Loudness.OFF, DAY, Delivery.DROP),
        (Severity.CRITICAL, Loudness.OFF, NIGHT, Delivery.SEND),
    ],
)
def test_how_loudly_a_notice_is_told(
    severity: Severity, loudness: Loudness, moment: datetime, expected: Delivery
) -> None:
    wishes = NoticePreferences({NoticeKind.ENTRY: loudness}, QUIET)
    assert delivery_of(notice(severity=severity), wishes, moment) is expected


def test_a_question_does_not_wait_for_the_morning() -> None:
    asked = notice(approval_id=UUID(int=1))
    assert delivery_of(asked, NoticePreferences(quiet=QUIET), NIGHT) is Delivery.SILENT


@pytest.mark.parametrize(
    ("hours", "moment", "holds"),
    [
        (QUIET, datetime(2026, 1, 5, 22, 0, tzinfo=UTC), True),
        (QUIET, datetime(2026, 1, 5, 6, 59, tzinfo=UTC), True),
        (QUIET, datetime(2026, 1, 5, 7, 0, tzinfo=UTC), False),
        (VIENNA, datetime(2026, 7, 5, 20, 30, tzinfo=UTC), True),  # 22:30 in summer
        (VIENNA, datetime(2026, 1, 5, 20, 30, tzinfo=UTC), False),  # 21:30 in winter
        (QuietHours(time(12), time(14), UTC), DAY, True),
        (QuietHours(time(12), time(14), UTC), DAY + timedelta(hours=2), False),
    ],
)
def test_quiet_hours_are_of_the_owners_day(
    hours: QuietHours, moment: datetime, holds: bool
) -> None:
    assert hours.holds(moment) is holds


@pytest.mark.parametrize(
    ("moment", "end"),
    [
        (datetime(2026, 1, 5, 22, 0, tzinfo=UTC), datetime(2026, 1, 6, 6, 0, tzinfo=UTC)),
        (datetime(2026, 1, 6, 1, 0, tzinfo=UTC), datetime(2026, 1, 6, 6, 0, tzinfo=UTC)),
        # The night in which clocks go forward is an hour shorter.
        (datetime(2026, 3, 28, 22, 0, tzinfo=UTC), datetime(2026, 3, 29, 5, 0, tzinfo=UTC)),
    ],
)
def test_quiet_hours_end_by_the_owners_clock(moment: datetime, end: datetime) -> None:
    assert VIENNA.end_after(moment) == end


@given(st.datetimes(FIRST, LAST, timezones=st.just(UTC)))
def test_quiet_hours_always_end_and_soon(moment: datetime) -> None:
    end = VIENNA.end_after(moment)
    assert moment < end <= moment + timedelta(hours=25)
    assert not VIENNA.holds(end)


@given(st.datetimes(FIRST, LAST, timezones=st.just(UTC)))
def test_every_moment_lies_in_its_window(moment: datetime) -> None:
    start = NoticePreferences().window_of(moment)
    assert start <= moment < start + timedelta(hours=1)
    assert NoticePreferences().window_of(start) == start


@pytest.mark.parametrize("changes", [{"dedupe_key": ""}, {"text": " "}])
def test_a_notice_says_something_under_a_key(changes: dict[str, str]) -> None:
    with pytest.raises(InvariantError, match="it is empty"):
        notice(**changes)


def test_quiet_hours_are_a_part_of_the_day() -> None:
    with pytest.raises(InvariantError, match="no time at all"):
        QuietHours(time(7), time(7), UTC)

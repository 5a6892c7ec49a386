"""Whether the monitor's heart beats, as the doctor says it."""

from datetime import UTC, datetime, timedelta

import pytest

from cli.doctor.monitor import _judge
from cli.doctor.verdicts import Level

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("age", "level", "seen"),
    [
        (timedelta(seconds=5), Level.OK, "5 s ago"),
        (timedelta(seconds=60), Level.OK, "1 min 0 s ago"),
        (timedelta(seconds=-1), Level.OK, "0 s ago"),
        (timedelta(minutes=5), Level.WARN, "5 min 0 s ago"),
    ],
)
def test_an_old_beat_is_a_warning(age: timedelta, level: Level, seen: str) -> None:
    verdict = _judge(NOW - age, NOW)

    assert verdict.level is level
    assert seen in verdict.detail


def test_an_account_without_any_monitor_is_told_how_to_start_one() -> None:
    verdict = _judge(None, NOW)

    assert verdict.level is Level.WARN
    assert "autotrader monitor" in verdict.fix

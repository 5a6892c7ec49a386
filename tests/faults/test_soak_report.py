"""What a soak says of leaks, slowdowns and tables without an end."""

from collections import Counter
from dataclasses import replace
from decimal import Decimal

import pytest

from cli.faults.evidence import Violation
from cli.faults.soak_report import MEMORY_GROWTH_BYTES_PER_DAY, SoakDay, SoakReport

MIB = 2**20
DAY = SoakDay(
    number=1,
    cycles=24,
    decided=23,
    desk_seconds=30.0,
    memory_bytes=200 * MIB,
    rows={"orders": 90, "positions": 2},
    trades=20,
    naked_seconds=Decimal("0.4"),
    violations=(),
)


def report(*days: SoakDay) -> SoakReport:
    numbered = tuple(replace(day, number=number) for number, day in enumerate(days, start=1))
    return SoakReport(
        seed=1, days=numbered, struck=Counter({"ws.drop": 3}), errors=Counter(), restarts=2
    )


def test_a_desk_that_stays_as_it_was_gives_no_complaint() -> None:
    assert report(DAY, DAY, DAY).complaints == ()


@pytest.mark.parametrize(
    ("last", "complaint"),
    [
        (
            {"memory_bytes": DAY.memory_bytes + MEMORY_GROWTH_BYTES_PER_DAY + MIB},
            "memory grew by 9.0 MiB a day, allowed are 8",
        ),
        ({"desk_seconds": 93.0}, "the last day took 3.1 times as long as the second"),
        (
            {"rows": {"orders": 9_000, "positions": 60}},
            "table positions has 60 rows; it is to hold the present alone",
        ),
        ({"decided": 19}, "day 3: only 19 of 24 cycles decided"),
        (
            {"violations": (Violation("I5", "a position stood 9 s without a stop"),)},
            "day 3: I5 a position stood 9 s without a stop",
        ),
    ],
)
def test_what_grows_slows_or_breaks_is_told(last: dict[str, object], complaint: str) -> None:
    assert report(DAY, DAY, replace(DAY, **last)).complaints == (complaint,)


def test_the_first_day_may_be_slow() -> None:
    assert report(replace(DAY, desk_seconds=1.0), DAY, DAY).complaints == ()


def test_a_single_day_says_nothing_of_growth() -> None:
    alone = report(DAY)

    assert (alone.memory_growth_bytes_per_day, alone.slowdown) == (0.0, 1.0)


def test_the_longest_naked_time_of_all_days_counts() -> None:
    found = report(DAY, replace(DAY, naked_seconds=Decimal("1.5")), DAY)

    assert found.naked_seconds_max == Decimal("1.5")
    assert found.as_json()["naked_seconds_max"] == 1.5


def test_the_json_has_the_figures_of_the_whole_soak() -> None:
    assert report(DAY, replace(DAY, trades=41, desk_seconds=31.416)).as_json() == {
        "seed": 1,
        "days": 2,
        "faults": 1,
        "struck": {"ws.drop": 3},
        "errors": {},
        "restarts": 2,
        "cycles": 48,
        "cycles_decided": 46,
        "trades": 41,
        "rows": {"orders": 90, "positions": 2},
        "naked_seconds_max": 0.4,
        "memory_growth_bytes_per_day": 0,
        "desk_seconds_by_day": [30.0, 31.42],
        "complaints": [],
    }

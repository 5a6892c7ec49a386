"""Runs that were made are known again, and only what is missing or broke is made anew."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from cli.faults.evidence import Violation
from cli.faults.jobs import Job, jobs
from cli.faults.options import MatrixOptions
from cli.faults.record import Record
from cli.faults.results import RunResult
from trading.errors import MisconfiguredError

PLANNED = jobs(MatrixOptions(runs=3, seed=2))
KEYS = [job.key for job in PLANNED]


def result_of(job: Job, *violations: Violation) -> RunResult:
    return RunResult(
        fault=job.case.name,
        seed=job.seed,
        violations=violations,
        naked_seconds=Decimal("0.25"),
        recover_seconds=65.5,
        struck=2,
        errors=("sync: ExchangeHaltedError",),
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "not made yet" / "runs.jsonl"


def test_a_run_is_known_to_the_next_process(path: Path) -> None:
    made = result_of(PLANNED[1])
    Record(path, "one").add(made)

    again = Record(path, "two")

    assert again.made(KEYS) == [made]
    assert again.made(KEYS[:1]) == []
    assert again.versions(KEYS) == {"one": 1}


def test_what_broke_is_made_again_by_other_code_only(path: Path) -> None:
    broken = result_of(PLANNED[0], Violation("I5", "a position stood 9 s without a stop"))
    Record(path, "one").add(broken)

    assert Record(path, "one").made(KEYS) == [broken]
    mended = Record(path, "two")
    assert mended.made(KEYS) == []

    mended.add(replace(broken, violations=()))
    assert [one.violations for one in Record(path, "three").made(KEYS)] == [()]
    assert mended.versions(KEYS) == {"two": 1}


def test_the_same_point_of_two_works_is_not_one_run(path: Path) -> None:
    cycle = replace(result_of(PLANNED[0]), point="cycle-7")
    sync = replace(cycle, point="sync-7")
    Record(path, "one").add(cycle)

    assert Record(path, "one").made([cycle.key, sync.key]) == [cycle]


@pytest.mark.parametrize("line", ["nonsense", "[]", '{"fault": "http.delayed"}'])
def test_a_file_of_something_else_is_refused(tmp_path: Path, line: str) -> None:
    path = tmp_path / "notes.txt"
    path.write_text(line + "\n")

    with pytest.raises(MisconfiguredError, match="line 1 is no run of the fault matrix"):
        Record(path, "one")

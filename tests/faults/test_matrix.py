"""A reduced matrix: every fault of the catalogue strikes the real desk, and everything holds."""

from pathlib import Path

import pytest

from cli.faults.cases import Trait
from cli.faults.catalogue import CASES
from cli.faults.jobs import jobs, shares
from cli.faults.matrix import run_matrix
from cli.faults.options import MatrixOptions
from cli.faults.results import RunResult
from exchange_sim.faults.catalogue import CATALOGUE
from trading.errors import MisconfiguredError

STRIKES_AT_LEAST = 60
"""Of all faults; the others need orders, topics or sockets that this desk does not use."""


def test_every_fault_of_the_exchange_has_a_case() -> None:
    assert {case.name for case in CASES} == set(CATALOGUE)


@pytest.mark.slow
def test_nothing_breaks_when_every_fault_strikes_once(tmp_path: Path) -> None:
    told: list[RunResult] = []

    matrix = run_matrix(MatrixOptions(runs=len(CASES), seed=5), tmp_path, tell=told.append)

    assert [found for result in told for found in result.violations] == []
    assert (matrix.runs, len(matrix.faults)) == (len(CASES), len(CASES))
    assert sum(1 for one in matrix.faults.values() if one.struck) >= STRIKES_AT_LEAST
    stops_taken = {case.name for case in CASES if Trait.NO_STOPS not in case.traits}
    assert max(matrix.faults[name].naked_seconds_max for name in stops_taken) <= 2


def test_the_runs_take_turns_and_each_has_a_seed_of_its_own() -> None:
    planned = jobs(MatrixOptions(runs=2 * len(CASES), seed=3))

    assert [job.case.name for job in planned] == [case.name for case in CASES] * 2
    assert len({job.seed for job in planned}) == len(planned)
    dealt = shares(planned, 3)
    assert sorted(job.seed for share in dealt for job in share) == [job.seed for job in planned]


def test_only_the_faults_asked_for_are_run() -> None:
    assert {job.case.name for job in jobs(MatrixOptions(runs=9, only="tpsl."))} == {
        case.name for case in CASES if case.name.startswith("tpsl.")
    }
    with pytest.raises(MisconfiguredError, match=r"no fault is called 'http\.typo'"):
        jobs(MatrixOptions(only="http.typo"))

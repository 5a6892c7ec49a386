"""A reduced matrix: every fault of the catalogue strikes the real desk, and everything holds."""

from dataclasses import replace
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

DECISIVE = "http.reset_after,http.truncated_after,http.delayed,http.ret_before,tpsl.,pos.external"
"""What a test run has the time for; `make faults` has them all, a hundred times each."""


def test_every_fault_of_the_exchange_has_a_case() -> None:
    assert {case.name for case in CASES} == set(CATALOGUE)


@pytest.mark.slow
def test_nothing_breaks_when_the_decisive_faults_strike(tmp_path: Path) -> None:
    # At a quarter of the pace: other tests run beside these workers.
    options = MatrixOptions(only=DECISIVE, seed=5, pace=0.25)
    cases = [case for case in CASES if case.name.startswith(options.beginnings)]
    told: list[RunResult] = []

    matrix = run_matrix(replace(options, runs=len(cases)), tmp_path, tell=told.append)

    assert [found for result in told for found in result.violations] == []
    assert matrix.leaks == []
    assert matrix.faults.keys() == {case.name for case in cases}
    assert sum(1 for one in matrix.faults.values() if one.struck) >= len(cases) // 2
    stops_taken = {case.name for case in cases if Trait.NO_STOPS not in case.traits}
    assert max(matrix.faults[name].naked_seconds_max for name in stops_taken) <= 2


def test_the_runs_take_turns_and_each_has_a_seed_of_its_own() -> None:
    planned = jobs(MatrixOptions(runs=2 * len(CASES), seed=3))

    assert [job.case.name for job in planned] == [case.name for case in CASES] * 2
    assert len({job.seed for job in planned}) == len(planned)
    dealt = shares(planned, MatrixOptions(workers=3))
    seeds = sorted(job.seed for share in dealt for job in share.jobs)
    assert seeds == [job.seed for job in planned]
    assert len(shares(planned[:1], MatrixOptions(workers=3))) == 1


def test_only_the_faults_asked_for_are_run() -> None:
    assert {job.case.name for job in jobs(MatrixOptions(runs=9, only="tpsl."))} == {
        case.name for case in CASES if case.name.startswith("tpsl.")
    }
    with pytest.raises(MisconfiguredError, match=r"no fault is called 'http\.typo'"):
        jobs(MatrixOptions(only="http.typo"))

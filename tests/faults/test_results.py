"""What the runs add up to, and how it is told."""

from collections import Counter
from dataclasses import replace
from decimal import Decimal

from cli.faults.evidence import Violation
from cli.faults.options import MatrixOptions
from cli.faults.page import INVARIANTS, matrix_page
from cli.faults.results import Matrix, RunResult
from cli.faults.soak_report import SoakReport
from cli.faults.trials import Tried

FINE = RunResult("http.reset_after", 1, (), Decimal("0.25"), 65.1, struck=2)
BROKEN = replace(
    FINE, fault="ws.dup", seed=7, violations=(Violation("I3", "1 executions lost: ['e']"),)
)
KILLED = replace(FINE, fault="proc.kill9", struck=1)


def test_figures_are_added_up_by_fault() -> None:
    matrix = Matrix.of([FINE, replace(FINE, recover_seconds=130.0, struck=0), BROKEN])

    assert matrix.runs == 3
    assert matrix.violations == Counter({"I3": 1})
    assert matrix.naked_seconds_max == Decimal("0.25")
    told = matrix.as_json()
    assert told["totals"] == {
        "faults": 2,
        "runs": 3,
        "struck": 4,
        "violations": {"I3": 1},
        "naked_seconds_max": 0.25,
    }
    assert told["violations"] == ["ws.dup seed 7: I3 1 executions lost: ['e']"]
    assert matrix.faults["http.reset_after"].recover_p95 == 126.755


def test_a_leaked_secret_breaks_the_whole_matrix() -> None:
    matrix = Matrix.of([FINE])
    matrix.leaks.append("desk.log: a secret")

    assert not Tried(matrix, {}).is_whole
    assert Tried(Matrix.of([FINE]), {}).is_whole
    assert matrix.as_json()["violations"] == ["I13 desk.log: a secret"]


def test_the_page_says_what_was_run_and_what_broke() -> None:
    matrix = Matrix.of([FINE, BROKEN, KILLED, replace(KILLED, seed=2)])
    soak = SoakReport(seed=1, days=(), struck=Counter(), errors=Counter(), restarts=3)

    page = matrix_page(
        Tried(matrix, {"0.1+f00": 4}, soak), MatrixOptions(4, processes=True, soak_days=7)
    )

    assert "`autotrader faults --runs 4 --seed 1 --processes --soak-days 7`" in page
    assert "4 runs over 3 faults, struck 6 times: 1 violations." in page
    assert "- 4 runs by version `0.1+f00`" in page
    assert "Killed (SIGKILL) at 2 points" in page
    assert "2 of 2 ended in the same state as without it." in page
    assert "| I3 | no fill lost, none doubled | 1 |" in page
    assert "| `ws.dup` | 1 | 2 | I3 x1 | 0.250 | 65.1 |" in page
    assert all(f"| {name} |" in page for name in INVARIANTS)

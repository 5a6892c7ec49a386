"""`data check`: a folder by the simulator that would replay it, the database by the desk."""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cli.stack.environment import neutral_environment
from tasks.candle_store.checking import Checked
from trading.candle_faults import REMARKS
from trading.errors import BadDataError


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, and what to do; `file` is a file or a stored series."""

    file: str
    problem: str
    message: str


@dataclass(frozen=True, slots=True)
class CheckAnswer:
    """Whether data are fit for use, what is wrong, and what is odd but may be so.

    All `parts` of what lies `where` were checked; `remarks` is None where nobody looked for
    oddities.
    """

    where: str
    parts: str
    ok: bool
    findings: tuple[Problem, ...]
    remarks: tuple[Problem, ...] | None = None


def check_folder(folder: Path) -> CheckAnswer:
    """The simulator's own verdict: it is the one that reads these files.

    Raises:
        BadDataError: there is no such folder.
    """
    command = [sys.executable, "-m", "exchange_sim.check", "--json", "--", str(folder)]
    done = subprocess.run(  # noqa: S603 -- no shell, and the command is ours
        command, capture_output=True, text=True, check=False, env=neutral_environment()
    )
    if not done.stdout:
        raise BadDataError(done.stderr.strip().removeprefix("exchange_sim: "))
    answer = json.loads(done.stdout)
    findings = tuple(Problem(**row) for row in answer["findings"])
    return CheckAnswer(str(folder), "every file", answer["ok"], findings)


def judge_stored(where: str, checked: Sequence[Checked]) -> CheckAnswer:
    """What the findings in stored series mean."""
    told = [
        (finding.fault in REMARKS, Problem(str(one.name), finding.fault, finding.message))
        for one in checked
        for finding in one.findings
    ]
    findings = tuple(problem for is_remark, problem in told if not is_remark)
    remarks = tuple(problem for is_remark, problem in told if is_remark)
    return CheckAnswer(where, "everything", not findings, findings, remarks)

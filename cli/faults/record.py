"""Runs that were made, one JSON line each: hours of work must outlive an interruption."""

import json
from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

from cli.faults.evidence import Violation
from cli.faults.results import Key, RunResult
from trading.errors import MisconfiguredError


class Record:
    """A file of runs. `version` is that of the code which makes the runs to come.

    Of two runs with the same key the later counts. One in which a promise was broken
    is made again by any other version of the code.

    Raises:
        MisconfiguredError: the file holds something else.
    """

    def __init__(self, path: Path, version: str) -> None:
        self._path, self._version = path, version
        self._runs: dict[Key, tuple[str, RunResult]] = {}
        if not path.exists():
            return
        for number, line in enumerate(path.read_text().splitlines(), start=1):
            try:
                made_by, result = _read(line)
            except (ValueError, KeyError, TypeError, ArithmeticError) as error:
                message = f"{path}, line {number} is no run of the fault matrix: {error!r}"
                raise MisconfiguredError(message) from error
            self._runs[result.key] = made_by, result

    def add(self, result: RunResult) -> None:
        """Write a run down before anything else happens with it."""
        self._runs[result.key] = self._version, result
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("a") as file:
            file.write(_line(self._version, result) + "\n")

    def made(self, keys: Iterable[Key]) -> list[RunResult]:
        """What came of those of the runs that need not be made again."""
        known = map(self._runs.get, keys)
        return [
            result
            for version, result in filter(None, known)
            if not result.violations or version == self._version
        ]

    def versions(self, keys: Iterable[Key]) -> Counter[str]:
        """How many of the runs were made by which version of the code."""
        known = map(self._runs.get, keys)
        return Counter(version for version, _ in filter(None, known))


def _line(version: str, result: RunResult) -> str:
    return json.dumps(
        {
            "version": version,
            "fault": result.fault,
            "seed": result.seed,
            "violations": [[one.invariant, one.detail] for one in result.violations],
            "naked_seconds": str(result.naked_seconds),
            "recover_seconds": result.recover_seconds,
            "struck": result.struck,
            "errors": result.errors,
            "point": result.point,
        }
    )


def _read(line: str) -> tuple[str, RunResult]:
    row = json.loads(line)
    result = RunResult(
        fault=str(row["fault"]),
        seed=int(row["seed"]),
        violations=tuple(Violation(*one) for one in row["violations"]),
        naked_seconds=Decimal(row["naked_seconds"]),
        recover_seconds=float(row["recover_seconds"]),
        struck=int(row["struck"]),
        errors=tuple(row["errors"]),
        point=str(row["point"]),
    )
    return str(row["version"]), result

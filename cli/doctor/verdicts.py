"""What a check says: how it stands, what was seen, and what to do."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How a check ended. A warning does not stop trading today; a failure does."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Verdict:
    """One check. `fix` is empty where nothing is to be done."""

    check: str
    level: Level
    detail: str
    fix: str = ""


def ok(check: str, detail: str) -> Verdict:
    """Everything is as it should be."""
    return Verdict(check, Level.OK, detail)


def warning(check: str, detail: str, fix: str) -> Verdict:
    """It works now, and somebody should look at it."""
    return Verdict(check, Level.WARN, detail, fix)


def failure(check: str, detail: str, fix: str) -> Verdict:
    """The desk cannot trade safely like this."""
    return Verdict(check, Level.FAIL, detail, fix)

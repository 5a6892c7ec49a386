"""What the doctor says about a model."""

from dataclasses import dataclass
from enum import StrEnum

from trading.model_errors import ModelError, ModelUnavailableError


class Level(StrEnum):
    """How a check ended. With a warning the model can still be used, in another way."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: its name, how it ended, what was seen, and what to do ("" for nothing)."""

    name: str
    level: Level
    seen: str
    to_do: str = ""


def ok(name: str, seen: str) -> Finding:
    """Everything is as it should be."""
    return Finding(name, Level.OK, seen)


def warning(name: str, seen: str, to_do: str) -> Finding:
    """It works in another way, or nobody can tell."""
    return Finding(name, Level.WARN, seen, to_do)


def failed(name: str, error: ModelError) -> Finding:
    """The model did not answer; the error says what to do."""
    usual = "Try again later." if isinstance(error, ModelUnavailableError) else ""
    return Finding(name, Level.FAIL, error.said, error.advice or usual)

"""The kinds of step a script may have, and how one is read from JSON."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from model_sim.errors import STATUSES
from model_sim.values import Row, row_of, text_of, whole_of

MOST_REPEATS = 10_000
LONGEST_HANG_S = 3_600
LARGEST_CONTENT = 100_000_000


class ScriptError(Exception):
    """A step that cannot be; the message says what can."""


class Kind(StrEnum):
    """What happens to one call."""

    GOOD = "good"
    """The answer it would give anyway; for counting calls up to a fault."""
    ANSWER = "answer"
    STATUS = "status"
    HANG = "hang"
    DROP = "drop"
    HTML = "html"
    TRUNCATE = "truncate"
    REFUSAL = "refusal"
    FILTER = "filter"
    EMPTY = "empty"
    NO_USAGE = "no_usage"
    USAGE = "usage"
    DROP_IMAGE = "drop_image"
    ALTER_IMAGE = "alter_image"
    OTHER_MODEL = "other_model"
    HUGE = "huge"
    MUTATE = "mutate"
    FENCED = "fenced"
    THINK = "think"
    DOUBLE = "double"
    FULLWIDTH = "fullwidth"


@dataclass(frozen=True, slots=True)
class Step:
    """One step, its options checked."""

    kind: Kind
    options: Row = field(default_factory=dict)

    def text(self, name: str) -> str:
        """An option that is text; "" if it was not given."""
        return text_of(self.options.get(name))

    def whole(self, name: str, default: int = 0) -> int:
        """An option that is a whole number."""
        given = whole_of(self.options.get(name))
        return default if given is None else given

    def number(self, name: str, default: float) -> float:
        """An option that is a number."""
        given = self.options.get(name)
        return float(given) if isinstance(given, int | float) else default


@dataclass(frozen=True, slots=True)
class _Option:
    """What an option may be. `lowest` and `highest` bound numbers."""

    kinds: tuple[type, ...]
    words: str
    required: bool = False
    lowest: float | None = None
    highest: float | None = None


_TEXT = _Option((str,), "a text")
_TOKENS = _Option((int,), "a whole number of tokens", lowest=0, highest=10**9)
_STATUS = _Option((int,), f"one of {STATUSES}")
_ANY = _Option((object,), "any JSON value")
_OPTIONS: Mapping[Kind, Mapping[str, _Option]] = MappingProxyType(
    {
        Kind.ANSWER: {"text": _Option((str,), "the content of the answer", required=True)},
        Kind.STATUS: {
            "status": _Option((int,), f"one of {STATUSES}", required=True),
            "code": _TEXT,
            "message": _TEXT,
            "headers": _Option((dict,), "an object of header names and texts"),
        },
        Kind.HANG: {
            "seconds": _Option(
                (int, float), "seconds", required=True, lowest=0, highest=LONGEST_HANG_S
            )
        },
        Kind.HTML: {"status": _Option((int,), "an HTTP status", lowest=200, highest=599)},
        Kind.TRUNCATE: {"keep": _Option((int, float), "a fraction", lowest=0, highest=1)},
        Kind.REFUSAL: {"text": _TEXT},
        Kind.USAGE: dict.fromkeys(("input", "output", "cached", "reasoning"), _TOKENS),
        Kind.DROP_IMAGE: {"place": _Option((int,), "a whole number", lowest=1, highest=9)},
        Kind.OTHER_MODEL: {"name": _Option((str,), "the name of a model", required=True)},
        Kind.HUGE: {
            "bytes": _Option(
                (int,), "a whole number", required=True, lowest=1, highest=LARGEST_CONTENT
            )
        },
        Kind.MUTATE: {
            "path": _Option((str,), "a JSON pointer such as /stop_loss", required=True),
            "value": _ANY,
        },
    }
)
_TIMES = _Option((int,), "a whole number", lowest=1, highest=MOST_REPEATS)


def read_steps(wish: object) -> list[Step]:
    """The steps of a JSON list; `times` repeats one.

    Raises: ScriptError that names the step, the option and what is allowed.
    """
    if not isinstance(wish, list):
        raise ScriptError("a script is a JSON list of steps such as [{'kind': 'drop'}]")
    steps: list[Step] = []
    for place, one in enumerate(wish):
        row = dict(row_of(one))
        where = f"step {place}"
        _check(row, "times", _TIMES, where)
        times = whole_of(row.pop("times", 1)) or 1
        steps += [_read_step(row, where)] * times
    return steps


def _read_step(row: Row, where: str) -> Step:
    name = text_of(row.pop("kind", ""))
    if name not in list(Kind):
        kinds = ", ".join(Kind)
        raise ScriptError(f"{where} has kind {name!r}; kinds are {kinds}")
    kind = Kind(name)
    where = f"{where} ({kind})"
    allowed = _OPTIONS.get(kind, {})
    for unknown in row.keys() - allowed.keys():
        options = ", ".join(allowed) or "none"
        raise ScriptError(f"{where} has option {unknown!r}; its options are: {options}")
    for option, rule in allowed.items():
        _check(row, option, rule, where)
    if kind is Kind.STATUS and row["status"] not in STATUSES:
        raise ScriptError(f"{where}: status is {row['status']}; it must be one of {STATUSES}")
    return Step(kind, row)


def _check(row: Row, name: str, rule: _Option, where: str) -> None:
    if name not in row:
        if rule.required:
            raise ScriptError(f"{where} needs {name!r}: {rule.words}")
        return
    value = row[name]
    fits = isinstance(value, rule.kinds) and (not isinstance(value, bool) or object in rule.kinds)
    if fits and isinstance(value, int | float) and rule.lowest is not None:
        fits = rule.lowest <= value <= (rule.highest or rule.lowest)
    if not fits:
        bounds = "" if rule.lowest is None else f" from {rule.lowest:g} to {rule.highest:g}"
        raise ScriptError(
            f"{where}: {name} is {str(value)[:80]!r}; it must be {rule.words}{bounds}"
        )

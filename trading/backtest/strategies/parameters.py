"""Parameters of a trading rule: default, range and meaning stand at the field itself."""

import math
from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from difflib import get_close_matches
from typing import Any, TypeAlias, TypeVar

from trading.checks import require
from trading.errors import MisconfiguredError

Number: TypeAlias = int | float
_Number = TypeVar("_Number", int, float)


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter: `lowest` and `highest` belong to the range, None is no bound.

    `kind` is int or float.
    """

    name: str
    kind: type[int] | type[float]
    default: Number | None
    lowest: Number | None
    highest: Number | None
    meaning: str

    @property
    def range(self) -> str:
        """What is allowed, for people."""
        if self.lowest is None or self.highest is None:
            return f"any {_KINDS[self.kind]}"
        return f"a {_KINDS[self.kind]} of {self.lowest} to {self.highest}"

    def parse(self, text: str) -> Number:
        """The value that was typed.

        Raises:
            MisconfiguredError: it is no number of this kind, or outside the range.
        """
        try:
            value = self.kind(text)
        except ValueError:
            message = f"{self.name} is {text!r}; it must be {self.range}: {self.meaning}"
            raise MisconfiguredError(message) from None
        if not self.allows(value):
            message = f"{self.name} is {text}; it must be {self.range}: {self.meaning}"
            raise MisconfiguredError(message)
        return value

    def allows(self, value: Number) -> bool:
        """Whether `value` is in the range; NaN is in none."""
        above = self.lowest is None or value >= self.lowest
        return not math.isnan(value) and above and (self.highest is None or value <= self.highest)


_KINDS: Mapping[type[int] | type[float], str] = {int: "whole number", float: "number"}


def number(default: _Number, *, lowest: _Number, highest: _Number, meaning: str) -> _Number:
    """A dataclass field with a range; the class must call `require_in_range` when it is built."""
    told = {"lowest": lowest, "highest": highest, "meaning": meaning}
    return field(default=default, metadata=told)


def parameters_of(kind: type[Any]) -> tuple[Parameter, ...]:
    """The parameters of a strategy class: its fields made by `number`, in their order."""
    return tuple(_parameter(one) for one in fields(kind) if "meaning" in one.metadata)


def require_in_range(strategy: object) -> None:
    """Refuse a strategy of which a parameter leaves its range, with an InvariantError."""
    for parameter in parameters_of(type(strategy)):
        value = getattr(strategy, parameter.name)
        require(
            parameter.allows(value),
            f"{parameter.name} is {value}; it must be {parameter.range}: {parameter.meaning}",
        )


def parse_all(parameters: tuple[Parameter, ...], typed: Mapping[str, str]) -> dict[str, Number]:
    """The values that were typed, by name; what was not typed is left out.

    Raises:
        MisconfiguredError: there is no such parameter, or its value is not allowed.
    """
    known = {parameter.name: parameter for parameter in parameters}
    chosen = {_known(known, name.replace("-", "_")): text for name, text in typed.items()}
    return {parameter.name: parameter.parse(text) for parameter, text in chosen.items()}


def _known(known: Mapping[str, Parameter], name: str) -> Parameter:
    if name in known:
        return known[name]
    near = get_close_matches(name, known, n=1)
    hint = f", did you mean {near[0]}?" if near else "."
    has = ", ".join(known) or "none"
    message = f"there is no parameter {name}{hint} The parameters are: {has}"
    raise MisconfiguredError(message)


def _parameter(one: "Field[Any]") -> Parameter:
    told = one.metadata
    return Parameter(
        name=one.name,
        kind=float if isinstance(told["lowest"], float) else int,
        default=None if one.default is MISSING else one.default,
        lowest=told["lowest"],
        highest=told["highest"],
        meaning=told["meaning"],
    )

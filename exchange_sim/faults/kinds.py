"""What a fault is called, which parameters it takes, and how a wish for one is read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Literal

Value = int | Decimal | str | bool | tuple[str, ...]
ParameterType = Literal["int", "number", "text", "bool", "names"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One parameter of a fault: its type, the value it has if none is given, and its bounds.

    `int` is a whole number, `number` a Decimal, `names` a tuple of words (a JSON list or a comma
    list). `lowest` and `highest` bound numbers; `choices` lists the only values allowed.
    """

    name: str
    type: ParameterType
    default: Value
    lowest: int | Decimal | None = None
    highest: int | Decimal | None = None
    choices: tuple[Value, ...] = ()

    def read(self, given: object) -> Value:
        """The value given for it. Raises: ValueError says what is allowed."""
        value = _READERS[self.type](given)
        if value is None or not self._allows(value):
            message = f"parameter {self.name} is {given!r}; allowed is {self.allowed}"
            raise ValueError(message)
        return value

    @property
    def allowed(self) -> str:
        """What may be given, in words."""
        if self.choices:
            return "one of " + ", ".join(str(choice) for choice in self.choices)
        words = {
            "int": "a whole number",
            "number": "a number",
            "text": "a text",
            "bool": "true or false",
            "names": "a list of words",
        }[self.type]
        low = "" if self.lowest is None else f" from {self.lowest}"
        high = "" if self.highest is None else f" up to {self.highest}"
        return words + low + high

    def _allows(self, value: Value) -> bool:
        if self.choices:
            return value in self.choices
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            return True
        too_low = self.lowest is not None and value < self.lowest
        too_high = self.highest is not None and value > self.highest
        return not (too_low or too_high)


@dataclass(frozen=True, slots=True)
class FaultKind:
    """One entry of the catalogue; `name` is `group.what`, as in `http.reset_after`.

    `lasting` names the parameters (separated by spaces) that add up to the seconds of market time
    after which the fault ends by itself; without one it stays until it is switched off, its window
    ends or its count is used. `usual_count` is the count if none is given; None for any number.
    """

    name: str
    parameters: tuple[Parameter, ...] = ()
    summary: str = ""
    lasting: str = ""
    usual_count: int | None = None

    def read(self, given: Mapping[str, object]) -> dict[str, Value]:
        """All parameters: those given, checked, and the defaults of the others.

        Raises: ValueError for a parameter this fault does not have or a value it does not allow.
        """
        known = [parameter.name for parameter in self.parameters]
        unknown = sorted(set(given) - set(known))
        if unknown:
            allowed = ", ".join(known) or "none"
            message = f"{self.name} has no parameter {unknown[0]!r}; its parameters are: {allowed}"
            raise ValueError(message)
        return {
            parameter.name: parameter.read(given[parameter.name])
            if parameter.name in given
            else parameter.default
            for parameter in self.parameters
        }


def whole(
    name: str, default: int, *, lowest: int | None = 0, highest: int | None = None
) -> Parameter:
    """A parameter that is a whole number, not negative unless `lowest` says so."""
    return Parameter(name=name, type="int", default=default, lowest=lowest, highest=highest)


def number(
    name: str, default: str, *, lowest: str | None = None, highest: str | None = None
) -> Parameter:
    """A parameter that is a decimal number."""
    return Parameter(
        name=name,
        type="number",
        default=Decimal(default),
        lowest=None if lowest is None else Decimal(lowest),
        highest=None if highest is None else Decimal(highest),
    )


def text(name: str, default: str = "") -> Parameter:
    """A parameter that is any text."""
    return Parameter(name=name, type="text", default=default)


def flag(name: str, *, default: bool = False) -> Parameter:
    """A parameter that is true or false."""
    return Parameter(name=name, type="bool", default=default)


def names(name: str, *default: str) -> Parameter:
    """A parameter that is a list of words."""
    return Parameter(name=name, type="names", default=default)


def choice(name: str, *choices: int | str) -> Parameter:
    """A parameter with a closed set of whole numbers or of texts; the first is the default."""
    kind: ParameterType = "int" if isinstance(choices[0], int) else "text"
    return Parameter(name=name, type=kind, default=choices[0], choices=choices)


def _whole(given: object) -> Value | None:
    value = _number(given)
    is_whole = isinstance(value, Decimal) and value == value.to_integral_value()
    return int(value) if isinstance(value, Decimal) and is_whole else None


def _number(given: object) -> Value | None:
    if isinstance(given, bool) or not isinstance(given, int | float | str | Decimal):
        return None
    try:
        value = Decimal(str(given))
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def _text(given: object) -> Value | None:
    is_plain = isinstance(given, str | int | float | Decimal) and not isinstance(given, bool)
    return str(given) if is_plain else None


def _flag(given: object) -> Value | None:
    return given if isinstance(given, bool) else None


def _names(given: object) -> Value | None:
    words: Sequence[object] | None = None
    if isinstance(given, str):
        words = [word.strip() for word in given.split(",") if word.strip()]
    elif isinstance(given, list | tuple):
        words = given
    if words is None or any(_text(word) is None for word in words):
        return None
    return tuple(str(word) for word in words)


_READERS = {"int": _whole, "number": _number, "text": _text, "bool": _flag, "names": _names}

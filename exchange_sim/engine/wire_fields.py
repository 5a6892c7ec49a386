"""Reads request parameters as clients send them and writes them back for the journal."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import TypeVar

from exchange_sim.engine.errors import invalid

Json = str | int | bool
Reader = Callable[[str, object], object]
Value = TypeVar("Value")
Member = TypeVar("Member", bound=Enum)
_PLAIN_NUMBER = re.compile(r"-?\d{1,20}(\.\d{1,20})?")


@dataclass(frozen=True, slots=True)
class WireField:
    """How one attribute of a request is called on the wire and read from it."""

    name: str
    read: Reader
    required: bool = False


Fields = Mapping[str, WireField]


def parse(build: Callable[..., Value], fields: Fields, params: Mapping[str, object]) -> Value:
    """A request from the parameters a client sent; unknown parameters are ignored, as by Bybit.

    Empty strings and nulls count as not given.
    Raises: VenueError 10001 for a missing or unreadable parameter.
    """
    values: dict[str, object] = {}
    for attribute, field in fields.items():
        raw = params.get(field.name)
        if raw is not None and raw != "":
            values[attribute] = field.read(field.name, raw)
        elif field.required:
            raise invalid(f"params error: {field.name} invalid: it is required")
    return build(**values)


def encode(request: object, fields: Fields) -> dict[str, Json]:
    """The parameters that `parse` turns into an equal request."""
    given = {field.name: getattr(request, attribute) for attribute, field in fields.items()}
    return {name: _plain(value) for name, value in given.items() if value is not None}


def _plain(value: object) -> Json:
    if isinstance(value, bool):
        return value
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, Decimal):
        return format(value, "f")
    return value if isinstance(value, int) else str(value)


def text(name: str, raw: object) -> str:
    """A string parameter."""
    if not isinstance(raw, str):
        raise invalid(f"params error: {name} invalid: {raw!r} is not a string")
    return raw


def number(name: str, raw: object) -> Decimal:
    """A number given as plain decimal text or as a JSON number, never in exponent notation."""
    plain = str(raw)
    if isinstance(raw, bool) or not _PLAIN_NUMBER.fullmatch(plain):
        label = "Qty" if name == "qty" else f"params error: {name}"
        raise invalid(f"{label} invalid: {plain[:40]!r} is not a plain decimal number")
    return Decimal(plain)


def whole(name: str, raw: object) -> int:
    """A whole number."""
    value = number(name, raw)
    if value % 1:
        raise invalid(f"params error: {name} invalid: {raw!r} is not a whole number")
    return int(value)


def flag(name: str, raw: object) -> bool:
    """A boolean, also spelled as text."""
    if isinstance(raw, bool):
        return raw
    if isinstance(raw, str) and raw.lower() in {"true", "false"}:
        return raw.lower() == "true"
    raise invalid(f"params error: {name} invalid: {raw!r} is not true or false")


def one_of(kind: type[Member]) -> Reader:
    """A reader that accepts the values of the enum `kind` and nothing else."""
    by_text = {str(member.value): member for member in kind}

    def read(name: str, raw: object) -> Member:
        member = by_text.get(str(raw))
        if member is None:
            allowed = ", ".join(by_text)
            raise invalid(f"params error: {name} invalid: {raw!r} is not one of {allowed}")
        return member

    return read

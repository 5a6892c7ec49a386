"""One spelling for every value, so that equal contents have equal JSON and equal hashes."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import TypeAlias

from trading.errors import InvariantError

Json: TypeAlias = "str | int | bool | list[Json] | dict[str, Json] | None"


def canonical(value: object) -> Json:
    """`value` as plain JSON: Decimals and floats as strings, times as ISO 8601 in UTC.

    Decimals lose trailing zeros (1.10 and 1.1 are one price); floats keep ten significant digits,
    so that the last bit of a processor's rounding does not change a hash. Dataclasses become
    objects of their fields. Raises InvariantError for a type that has no spelling.
    """
    match value:
        # First, because nine of ten values of a snapshot are prices.
        case Decimal():
            return plain(value)
        case Enum():
            return canonical(value.value)
        case None | bool() | int() | str():
            return value
        case float():
            return f"{value:.10g}"
        case _:
            return _compound(value)


def plain(value: Decimal | None) -> str:
    """The number without exponent and trailing zeros, so that equal numbers are spelled alike."""
    if value is None:
        return "none"
    # normalize() rounds to the context's 28 digits, which no price reaches, and -0 is 0.
    return format(value.normalize(), "f") if value else "0"


def fingerprint(value: object) -> str:
    """SHA-256 over the canonical JSON with sorted keys, 64 hexadecimal digits."""
    return fingerprint_of_json(canonical(value))


def fingerprint_of_json(document: Json) -> str:
    """The fingerprint of what is canonical JSON already; the same as of what it was made from."""
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _compound(value: object) -> Json:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, timedelta):
        return f"{value.total_seconds():.10g}"
    if isinstance(value, tuple | list):
        return [canonical(item) for item in value]
    if is_dataclass(value) and not isinstance(value, type):
        return {name: canonical(getattr(value, name)) for name in _field_names(type(value))}
    if isinstance(value, Mapping):
        return {str(key): canonical(item) for key, item in value.items()}
    message = f"a {type(value).__name__} has no canonical JSON; convert it first"
    raise InvariantError(message)


# Kept per class: dataclasses.fields() looks for them anew on every call.
@cache
def _field_names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))

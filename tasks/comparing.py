"""In what two documents of JSON differ, place by place."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

_NUMBER = re.compile(r"-?[0-9]{1,40}(\.[0-9]{1,40})?")
_ZEROS = re.compile(r"(?<=\d)(\.\d*?)0+\b")
"""The zeros at the end of a number, as an exchange writes them and a stored snapshot does not."""
_TOLERANCE = Decimal("1e-8")
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Difference:
    """One place that reads otherwise: what was stored and what it is today, in words."""

    what: str
    stored: str
    today: str


def differences(place: str, stored: object, today: object) -> Iterator[Difference]:
    """Where `today` is not `stored`; nothing if they say the same.

    What the stored document has no place for is not compared: a release has added it since. Null
    and empty are one. Numbers may differ by a hundred-millionth, because a stored snapshot keeps
    ten digits of an indicator, and a text may spell a price without the zeros at its end.
    """
    if isinstance(stored, dict) and isinstance(today, dict):
        for name in stored:
            yield from differences(f"{place}.{name}", stored[name], today.get(name))
        return
    if not _are_same(stored, today):
        yield Difference(place, _words(stored), _words(today))


def _are_same(stored: object, today: object) -> bool:
    if _is_empty(stored) or _is_empty(today):
        return _is_empty(stored) and _is_empty(today)
    if isinstance(stored, list) and isinstance(today, list):
        return len(stored) == len(today) and not any(
            any(differences("", before, after))
            for before, after in zip(stored, today, strict=True)
        )
    before, after = _number(stored), _number(today)
    if before is None or after is None:
        return _spelled(stored) == _spelled(today)
    return abs(before - after) <= _TOLERANCE * max(abs(before), abs(after))


def _is_empty(value: object) -> bool:
    return value is None or value in ([], {})


def _number(value: object) -> Decimal | None:
    return Decimal(value) if isinstance(value, str) and _NUMBER.fullmatch(value) else None


def _spelled(value: object) -> object:
    if not isinstance(value, str):
        return value
    return _ZEROS.sub(lambda found: found[1].rstrip("."), value)


def _words(value: object) -> str:
    if _is_empty(value):
        return "nothing"
    if isinstance(value, list):
        return "; ".join(map(_words, value))[:_LONGEST]
    if isinstance(value, dict):
        return ", ".join(f"{name} {_words(one)}" for name, one in value.items())[:_LONGEST]
    return str(value)[:_LONGEST]

"""The way back from canonical JSON: stored values as the dataclasses they were made from."""

import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import Enum
from functools import cache
from math import isfinite
from types import MappingProxyType, NoneType, UnionType
from typing import Any, TypeAlias, TypeVar, Union, get_args, get_origin, get_type_hints

from trading.canonical import Json
from trading.errors import BadDataError, InvariantError

_Value = TypeVar("_Value")
_Hint: TypeAlias = Any
"""A type hint: classes, but also unions and tuples of them, for which Python has no one type."""

_DECIMAL = re.compile(r"-?[0-9]{1,40}(\.[0-9]{1,40})?")
_FLOAT = re.compile(r"-?[0-9]{1,40}(\.[0-9]{1,40})?(e[+-]?[0-9]{1,3})?")
_SHOWN = 60


def from_canonical(kind: type[_Value], document: Json) -> _Value:
    """The `kind` (a dataclass) that `trading.canonical` wrote as `document`.

    Every field must be there and no other; each must have the one spelling canonical JSON gives
    it. Floats come back with the ten digits they were stored with.

    Raises:
        BadDataError: `document` is not such JSON; the message names the place.
    """
    value = _read(kind, document, kind.__name__)
    assert isinstance(value, kind)
    return value


def _read(hint: _Hint, document: Json, place: str) -> object:
    origin: object = get_origin(hint)
    if origin in (Union, UnionType):
        return _read_optional(hint, document, place)
    if origin is tuple:
        return _read_tuple(get_args(hint)[0], document, place)
    if is_dataclass(hint):
        return _read_fields(hint, document, place)
    if issubclass(hint, Enum):
        return _read_word(hint, document, place)
    return _READERS[hint](document, place)


def _read_optional(hint: _Hint, document: Json, place: str) -> object:
    if document is None:
        return None
    (stated,) = (option for option in get_args(hint) if option is not NoneType)
    return _read(stated, document, place)


def _read_tuple(hint: _Hint, document: Json, place: str) -> object:
    if not isinstance(document, list):
        raise _bad(place, document, "a list")
    return tuple(_read(hint, item, f"{place}[{index}]") for index, item in enumerate(document))


def _read_fields(hint: _Hint, document: Json, place: str) -> object:
    hints = _hints(hint)
    if not isinstance(document, dict):
        raise _bad(place, document, "an object")
    if document.keys() != hints.keys():
        strange = sorted(document.keys() ^ hints.keys())
        message = f"{place}: fields {strange!a} are missing or unknown; it has {sorted(hints)}"
        raise BadDataError(message[:500])
    members = {name: _read(hints[name], document[name], f"{place}.{name}") for name in hints}
    try:
        return hint(**members)
    except InvariantError as error:
        message = f"{place}: {error}"
        raise BadDataError(message) from error


def _read_word(kind: type[Enum], document: Json, place: str) -> Enum:
    for word in kind:
        if isinstance(document, str) and word.value == document:
            return word
    raise _bad(place, document, f"one of {', '.join(str(word.value) for word in kind)}")


def _decimal(document: Json, place: str) -> Decimal:
    if not (isinstance(document, str) and _DECIMAL.fullmatch(document)):
        raise _bad(place, document, "a number as a string of digits")
    return Decimal(document)


def _float(document: Json, place: str) -> float:
    if isinstance(document, str) and _FLOAT.fullmatch(document):
        number = float(document)
        if isfinite(number):
            return number
    raise _bad(place, document, "a number as a string")


def _moment(document: Json, place: str) -> datetime:
    if isinstance(document, str):
        try:
            moment = datetime.fromisoformat(document)
        except ValueError:
            raise _bad(place, document, "an ISO 8601 time") from None
        if moment.utcoffset() == timedelta(0):
            return moment
    raise _bad(place, document, "an ISO 8601 time in UTC")


def _length(document: Json, place: str) -> timedelta:
    try:
        return timedelta(seconds=_float(document, place))
    except OverflowError:
        raise _bad(place, document, "a number of seconds") from None


def _text(document: Json, place: str) -> str:
    if not isinstance(document, str):
        raise _bad(place, document, "a text")
    return document


def _flag(document: Json, place: str) -> bool:
    if not isinstance(document, bool):
        raise _bad(place, document, "true or false")
    return document


def _count(document: Json, place: str) -> int:
    if isinstance(document, bool) or not isinstance(document, int):
        raise _bad(place, document, "a whole number")
    return document


_READERS = MappingProxyType(
    {
        Decimal: _decimal,
        float: _float,
        datetime: _moment,
        timedelta: _length,
        str: _text,
        bool: _flag,
        int: _count,
    }
)


# Kept per class: a snapshot has hundreds of candles.
@cache
def _hints(kind: type) -> Mapping[str, object]:
    hints = get_type_hints(kind)
    return {field.name: hints[field.name] for field in fields(kind)}


def _bad(place: str, document: Json, allowed: str) -> BadDataError:
    return BadDataError(f"{place} is {ascii(document)[:_SHOWN]}; it must be {allowed}")

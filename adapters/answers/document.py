"""One JSON object out of a text, or why the text is none. Nothing is mended and nothing picked."""

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import NoReturn

from adapters.answers.misspelling import misspelled
from trading.failures import Failure, FailureCode

_SPACE = " \t\r\n"
_LONGEST_NUMBER = 40
_MOST_KEYS = 100
_SHOWN = 40


class _RefusedError(ValueError):
    """Something JSON would let pass and an answer may not contain."""

    def __init__(self, code: FailureCode, detail: str) -> None:
        super().__init__(detail)
        self.failure = Failure(code, detail, (detail,))


def read_document(text: str) -> Mapping[str, object] | Failure:
    """The object that is the whole of `text`; numbers with decimals are exact.

    Keys that come twice, NaN, numbers beyond 40 characters, objects beyond 100 keys and nesting
    beyond what Python reads are refused.
    """
    start = len(text) - len(text.lstrip(_SPACE))
    try:
        document, end = _DECODER.raw_decode(text, start)
    except json.JSONDecodeError as error:
        return misspelled(text, error)
    except _RefusedError as error:
        return error.failure
    except RecursionError:
        return _failure(FailureCode.SCHEMA, "the answer is nested too deeply")
    return _after(text[end:].strip(_SPACE)) or _only_object(document)


def _after(rest: str) -> Failure | None:
    if not rest:
        return None
    if rest.lstrip(_SPACE + ",;")[:1] in ("{", "["):
        return _failure(FailureCode.MULTI_JSON, "more than one JSON document; send exactly one")
    return misspelled(rest, json.JSONDecodeError("Text after the JSON document", rest, 0))


def _only_object(document: object) -> Mapping[str, object] | Failure:
    match document:
        case dict():
            return document
        case list():
            return _failure(
                FailureCode.MULTI_JSON, "an array instead of one object; send exactly one object"
            )
        case _:
            return _failure(FailureCode.SCHEMA, "a bare value instead of an object")


def _object(pairs: Iterable[tuple[str, object]]) -> dict[str, object]:
    members: dict[str, object] = {}
    for key, value in pairs:
        shown = ascii(key[:_SHOWN])
        if not key.isascii():
            raise _RefusedError(FailureCode.SCHEMA, f"key {shown} is not one of the schema")
        if key in members:
            raise _RefusedError(FailureCode.SCHEMA, f"key {shown} comes twice in one object")
        members[key] = value
        if len(members) > _MOST_KEYS:
            raise _RefusedError(FailureCode.SCHEMA, f"an object of over {_MOST_KEYS} keys")
    return members


def _exact(digits: str) -> Decimal:
    _require_short(digits)
    try:
        return Decimal(digits)
    except InvalidOperation:
        raise _RefusedError(FailureCode.SCHEMA, f"number {digits} is out of range") from None


def _whole(digits: str) -> int:
    _require_short(digits)
    return int(digits)


def _require_short(digits: str) -> None:
    if len(digits) > _LONGEST_NUMBER:
        shown = f"{digits[:_LONGEST_NUMBER]}… has {len(digits)} characters"
        raise _RefusedError(
            FailureCode.SCHEMA, f"number {shown}; at most {_LONGEST_NUMBER} are allowed"
        )


def _constant(name: str) -> NoReturn:
    raise _RefusedError(FailureCode.BAD_NUMBER, f"{name} is not a JSON number")


def _failure(code: FailureCode, detail: str) -> Failure:
    return Failure(code, detail, (detail,))


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_float=_exact, parse_int=_whole, parse_constant=_constant
)

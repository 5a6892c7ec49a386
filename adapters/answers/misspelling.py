"""Why a text is no JSON, judged where the parser stopped: a look-alike, a number, or neither."""

import json
import re
import unicodedata

from trading.failures import Failure, FailureCode

_BOUNDS = frozenset('{}[]":,\n')
_SPACE = frozenset(" \t\r\n")
_COMMENT = re.compile(r"//|/\*|#")
_NOT_FINITE = re.compile(r"[+-]?(nan|inf|infinity)", re.IGNORECASE)
_MOST_LETTERS = 4
_NEAR = 40
# Punctuation, digits, signs and spaces; letters and emoji are no JSON in any script.
_LOOKALIKE_KINDS = ("P", "N", "Sm", "Sk", "Z")


def misspelled(text: str, error: json.JSONDecodeError) -> Failure:
    """The failure behind a parser's complaint about `text`.

    CONFUSABLE: a character of another width or script stands where JSON has an ASCII one.
    BAD_NUMBER: a range, a thousands separator, a unit or an expression stands for a number.
    NOT_JSON: anything else, prose and cut-off documents included.
    """
    place = _next_character(text, error.pos)
    reached = text[place : place + 1]
    if reached and _is_lookalike(reached):
        name = unicodedata.name(reached, "a character without a name")
        return _failure(
            FailureCode.CONFUSABLE, f"U+{ord(reached):04X} ({name}) at {place}; use ASCII"
        )
    token = _token(text, place) if reached and reached not in _BOUNDS else ""
    if _begins_document(text) and _is_number_like(token):
        return _failure(
            FailureCode.BAD_NUMBER,
            f"{token!a} at {place} is not a JSON number; write digits and one point only",
        )
    return _failure(FailureCode.NOT_JSON, f"{error.msg} at {place}; send one JSON object only")


def _is_lookalike(character: str) -> bool:
    if character.isascii():
        return False
    is_wide_ascii = unicodedata.normalize("NFKC", character).isascii()
    return is_wide_ascii or unicodedata.category(character).startswith(_LOOKALIKE_KINDS)


def _begins_document(text: str) -> bool:
    return text[_next_character(text, 0) :][:1] in ("{", "[")


def _next_character(text: str, place: int) -> int:
    """Where the white space at `place` ends."""
    while text[place : place + 1] in _SPACE:
        place += 1
    return place


def _token(text: str, place: int) -> str:
    """What stands between the structural characters around `place`, cut where it is long."""
    before, after = text[max(place - _NEAR, 0) : place], text[place : place + _NEAR]
    left = max((index for index, c in enumerate(before) if c in _BOUNDS), default=-1) + 1
    right = next((index for index, c in enumerate(after) if c in _BOUNDS), len(after))
    return (before[left:] + after[:right]).strip()


def _is_number_like(token: str) -> bool:
    if _NOT_FINITE.fullmatch(token):
        return True
    if _COMMENT.search(token) or "'" in token:
        return False
    has_digit = any(character.isdigit() for character in token)
    return has_digit and sum(character.isalpha() for character in token) <= _MOST_LETTERS


def _failure(code: FailureCode, detail: str) -> Failure:
    return Failure(code, detail, (detail,))

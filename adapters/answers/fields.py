"""What one value of an answer may be: numbers as numbers, words of a list, text that is text.

Numbers are refused by their spelling before their size: a number in quotes is a guess about its
meaning, and no guess is traded.
"""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from pydantic_core import PydanticCustomError

from adapters.answers.limits import LARGEST_NUMBER, MOST_DECIMALS

BAD_NUMBER = "bad_number"
"""The error type of a number that is not spelled as a JSON number."""

_Word = TypeVar("_Word", bound=StrEnum)
_SPELLED_NUMBER = re.compile(r"\d|^\s*[+-]?(nan|inf|infinity)\s*$", re.IGNORECASE)
# Control characters, marks that turn the direction of a line so that it reads as another, and
# halves of surrogate pairs, which no encoding can write.
_UNFIT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def number(value: object) -> Decimal:
    """A JSON number of sane size, exact."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise _not_a_number(value)
    exact = Decimal(value)
    exponent = exact.as_tuple().exponent
    # By its digits first: comparing 1e999999999 is cheap, writing it out is not.
    if not isinstance(exponent, int) or exponent < -MOST_DECIMALS:
        raise _refused(f"has too many decimals; at most {MOST_DECIMALS} are allowed")
    if abs(exact) >= LARGEST_NUMBER:
        raise _refused(f"is not below {LARGEST_NUMBER} in size")
    return exact


def price(value: object) -> Decimal:
    """A price in USDT, above 0."""
    stated = number(value)
    if stated <= 0:
        raise _refused(f"is {stated}; a price is above 0")
    return stated


def whole(low: int, high: int) -> Callable[[object], int]:
    """A check for a whole number of `low` to `high`."""

    def check(value: object) -> int:
        if isinstance(value, str):
            raise _not_a_number(value)
        if isinstance(value, bool) or not isinstance(value, int):
            raise _refused("is not a whole number; write it without decimals")
        if not low <= value <= high:
            raise _refused(f"is {value}; allowed are {low} to {high}")
        return value

    return check


def word(meanings: Mapping[str, _Word]) -> Callable[[object], _Word]:
    """A check for one of these words, spelled exactly so; gives its meaning."""

    def check(value: object) -> _Word:
        if not isinstance(value, str) or value not in meanings:
            raise _refused(f"is not one of {', '.join(meanings)}")
        return meanings[value]

    return check


def one_of(names: tuple[str, ...]) -> Callable[[object], str]:
    """A check for one of these names."""

    def check(value: object) -> str:
        if not isinstance(value, str) or value not in names:
            raise _refused(f"is not one of {', '.join(names)}")
        return value

    return check


def plain_text(value: str) -> str:
    """Text that a database can store and a screen shows as it is."""
    unfit = _UNFIT.search(value)
    if unfit is not None:
        raise _refused(f"contains the character U+{ord(unfit.group()):04X}")
    return value


def _not_a_number(value: object) -> PydanticCustomError:
    if isinstance(value, str) and _SPELLED_NUMBER.search(value):
        return PydanticCustomError(
            BAD_NUMBER, "is a text; write one plain JSON number without quotes, units or ranges"
        )
    return _refused("is not a number")


def _refused(complaint: str) -> PydanticCustomError:
    # As a value of the template, so that braces in the complaint stay what they are.
    return PydanticCustomError("refused", "{complaint}", {"complaint": complaint})

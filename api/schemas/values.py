"""Kinds of values that many schemas share: exact money, and words of a person."""

from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, PlainSerializer, StringConstraints

from trading.canonical import plain

Exact = Annotated[Decimal, PlainSerializer(plain, return_type=str)]
"""A price, quantity or amount; a string in JSON, so that no reader rounds it."""

Words = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True,
        min_length=1,
        max_length=500,
        # Control characters have no place in a log, and PostgreSQL refuses NUL.
        pattern=r"^[^\x00-\x1f\x7f]+$",
    ),
]
"""What a person says, in one line; it is kept for good."""


class Shown(BaseModel):
    """An answer, made of a value that has the same fields. Times are ISO 8601 in UTC."""

    model_config = ConfigDict(frozen=True, from_attributes=True)


class Asked(BaseModel):
    """The body of a request; what it does not know it refuses."""

    model_config = ConfigDict(frozen=True, extra="forbid")

"""Hold two lists of facts against each other and tell every difference."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TypeAlias

Fact: TypeAlias = "str | int | bool | Decimal | datetime | None"
Facts: TypeAlias = Mapping[str, Fact]
"""What is known of one thing, by name of the field."""

Book: TypeAlias = Mapping[str, Facts]
"""Things of one kind by their key."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A fact on which the database and the exchange differ.

    `field` is empty when one side does not know the thing at all.
    """

    kind: str
    key: str
    field: str
    ours: Fact
    theirs: Fact

    def __str__(self) -> str:
        """One line for a log."""
        what = f"{self.kind} {self.key}"
        if not self.field:
            missing = "the exchange" if self.theirs is None else "the database"
            return f"{what}: unknown to {missing}"
        return f"{what}: {self.field} is {self.ours} here and {self.theirs} at the exchange"


def compare(kind: str, ours: Book, theirs: Book) -> list[Difference]:
    """Every difference, by key and field. Numbers are compared as numbers: 1.10 is 1.1."""
    found: list[Difference] = []
    for key in sorted(ours.keys() | theirs.keys()):
        here, there = ours.get(key), theirs.get(key)
        if here is None or there is None:
            found.append(Difference(kind, key, "", _known(here), _known(there)))
        else:
            found.extend(_differing(kind, key, here, there))
    return found


def _known(facts: Facts | None) -> str | None:
    return None if facts is None else "known"


def _differing(kind: str, key: str, here: Facts, there: Facts) -> list[Difference]:
    return [
        Difference(kind, key, field, here.get(field), there.get(field))
        for field in sorted(here.keys() | there.keys())
        if here.get(field) != there.get(field)
    ]

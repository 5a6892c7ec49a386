"""One list as it is answered, and what a fault needs to falsify it."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from exchange_sim.faults.injection import Activation, Injection
from exchange_sim.server.numbers import Row
from exchange_sim.server.parameters import Parameters


@dataclass(frozen=True, slots=True)
class Page:
    """The result of a list: its path, the parameters asked with, its members, the market clock."""

    path: str
    parameters: Parameters
    result: Row
    now_ms: int

    @property
    def items(self) -> list[object]:
        """The members of the list: rows, or candles as lists of texts."""
        found = self.result["list"]
        assert isinstance(found, list), f"{self.path} has no list"
        return found

    @property
    def rows(self) -> list[Row]:
        """The members that are objects."""
        return [item for item in self.items if isinstance(item, dict)]

    @property
    def cursor(self) -> str:
        """The cursor of the next page; empty if there is none, or the list has no pages."""
        return str(self.result.get("nextPageCursor", ""))

    @property
    def is_paged(self) -> bool:
        """Whether the list comes in pages at all."""
        return "nextPageCursor" in self.result

    def with_items(self, items: Iterable[object]) -> "Page":
        """The same list with other members."""
        return replace(self, result={**self.result, "list": list(items)})

    def with_cursor(self, cursor: str) -> "Page":
        """The same list with another cursor."""
        return replace(self, result={**self.result, "nextPageCursor": cursor})


@dataclass(frozen=True, slots=True)
class Falsehood:
    """How one fault falsifies lists: whether it concerns a page, and what it makes of it."""

    concerns: Callable[[Injection, Page], bool]
    tell: Callable[[Activation, Page], Page]


def matches_path(injection: Injection, page: Page) -> bool:
    """Whether the `path` parameter, an expression, is found in the path of the list."""
    return re.search(str(injection.parameters["path"]), page.path) is not None


def milliseconds(row: Row, *names: str) -> int:
    """The first of these times that the row has; 0 without one."""
    found = (str(row[name]) for name in names if str(row.get(name, "")).isdecimal())
    return int(next(found, "0"))

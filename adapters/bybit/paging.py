"""Read long lists completely: pages by cursor, time in windows of seven days; always bounded."""

from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from adapters.bybit.parsing import Row, ms_of_moment
from trading.errors import BadDataError

LONGEST_WINDOW = timedelta(days=7)  # "7-day rule" of the list endpoints, bybit_v5.md §2
MAXIMUM_PAGES = 500
MAXIMUM_WINDOWS = 520  # ten years

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Page:
    """Rows and the cursor of the page after them; "" on the last page."""

    rows: list[Row]
    cursor: str


def read_pages(fetch: Callable[[str], Page], *, what: str) -> list[Row]:
    """All rows, in the order they came; `fetch` gets "" for the first page.

    The end is an empty page, an empty cursor or one seen before: servers have been seen to give a
    cursor on the last page and to give the same one again. Rows of a repeated page come twice, so
    callers use `unique`.

    Raises:
        BadDataError: the list does not end. Half of a list of money would look like all of it.
    """
    rows: list[Row] = []
    seen = {""}
    cursor = ""
    for _ in range(MAXIMUM_PAGES):
        page = fetch(cursor)
        rows += page.rows
        if not page.rows or page.cursor in seen:
            return rows
        seen.add(page.cursor)
        cursor = page.cursor
    message = f"{what}: more than {MAXIMUM_PAGES} pages ({len(rows)} rows); ask for a shorter time"
    raise BadDataError(message)


def windows(since: datetime) -> Iterator[tuple[int, int]]:
    """Ranges of seven days (first and last millisecond, both inside) that cover the time once.

    They begin at `since`, oldest first; the caller stops at the one that holds the present. Their
    end is what the exchange takes itself when it is given none.
    """
    start = ms_of_moment(since)
    longest = LONGEST_WINDOW // timedelta(milliseconds=1)
    for number in range(MAXIMUM_WINDOWS):
        first = start + number * longest
        yield first, first + longest - 1


def unique(values: Iterable[Value], key: Callable[[Value], Hashable]) -> list[Value]:
    """The values without repeats of a key; the first one stays, the order too."""
    firsts: dict[Hashable, Value] = {}
    for value in values:
        firsts.setdefault(key(value), value)
    return list(firsts.values())

"""Pages of long lists: opaque cursors that are already URL-safe, as Bybit hands them out."""

from collections.abc import Callable, Iterable
from itertools import islice
from typing import TypeVar
from urllib.parse import quote, unquote

from exchange_sim.engine.errors import invalid
from exchange_sim.server.numbers import Row

Item = TypeVar("Item")
Mark = tuple[int, str]  # time in ms and id: where an item stands in a newest-first list


def page(
    items: Iterable[Item], mark: Callable[[Item], Mark], limit: int, cursor: str
) -> tuple[list[Item], str]:
    """The next `limit` items after `cursor`, and the cursor of the page after them.

    `items` come newest first. Rows that appear or vanish between two pages never make a later
    page skip one: at worst a row of the same millisecond is repeated. Last page: cursor empty.
    """
    remaining = _after(items, mark, _decode(cursor)) if cursor else items
    taken = list(islice(remaining, limit + 1))
    if len(taken) <= limit:
        return taken, ""
    return taken[:limit], _encode(mark(taken[limit - 1]))


def listing(rows: list[Row], cursor: str) -> Row:
    """The result object of a paged list of linear rows."""
    return {"category": "linear", "list": rows, "nextPageCursor": cursor}


def _after(items: Iterable[Item], mark: Callable[[Item], Mark], cursor: Mark) -> list[Item]:
    candidates = [item for item in items if mark(item)[0] <= cursor[0]]
    marks = [mark(item) for item in candidates]
    return candidates[marks.index(cursor) + 1 :] if cursor in marks else candidates


def _encode(mark: Mark) -> str:
    return quote(f"{mark[0]}:{mark[1]}", safe="")


def _decode(cursor: str) -> Mark:
    """Read a cursor sent back verbatim (decoded once by the query) or encoded once more."""
    time_ms, separator, identity = unquote(cursor).partition(":")
    if not separator or not time_ms.isdecimal():
        raise invalid(f"params error: cursor invalid: {cursor[:60]!r}")
    return int(time_ms), identity

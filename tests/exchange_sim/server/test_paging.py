"""Cursors over newest-first lists."""

from urllib.parse import quote, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange_sim.engine.errors import VenueError
from exchange_sim.server.paging import page

Item = tuple[int, str]


def newest_first(moments: list[int]) -> list[Item]:
    items = [(moment, f"id-{number}") for number, moment in enumerate(sorted(moments))]
    return items[::-1]


def walk(items: list[Item], limit: int, *, decoded: bool = False) -> list[Item]:
    seen: list[Item] = []
    cursor = ""
    while True:
        rows, cursor = page(items, lambda item: item, limit, cursor)
        seen += rows
        if not cursor:
            return seen
        cursor = unquote(cursor) if decoded else cursor


@given(st.lists(st.integers(0, 20), max_size=40), st.integers(1, 7), st.booleans())
def test_walking_the_pages_yields_every_item_once(
    moments: list[int], limit: int, decoded: bool
) -> None:
    items = newest_first(moments)

    assert walk(items, limit, decoded=decoded) == items


def test_a_cursor_is_url_safe_and_accepted_back_verbatim_or_decoded() -> None:
    items = newest_first([1, 2, 3])
    first, cursor = page(items, lambda item: item, 1, "")

    assert cursor == quote(unquote(cursor), safe="")
    assert "%3A" in cursor
    for given_back in (cursor, unquote(cursor)):
        assert page(items, lambda item: item, 1, given_back)[0] == [items[1]]
    assert first == [items[0]]


def test_rows_that_appear_or_vanish_between_pages_make_no_page_skip_one() -> None:
    items = newest_first([10, 20, 30, 40])
    _, cursor = page(items, lambda item: item, 2, "")

    appeared = [(50, "new"), *items]
    vanished = [items[0], *items[2:]]

    assert page(appeared, lambda item: item, 9, cursor)[0] == items[2:]
    assert page(vanished, lambda item: item, 9, cursor)[0] == items[2:]


@pytest.mark.parametrize("cursor", ["nonsense", "12", "x:y", "%3A"])
def test_a_cursor_that_was_never_handed_out_is_refused(cursor: str) -> None:
    with pytest.raises(VenueError, match="cursor invalid"):
        page([], lambda item: item, 1, cursor)

"""Lists are read to their end and not beyond, once."""

from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.bybit.paging import LONGEST_WINDOW, Page, read_pages, unique, windows
from adapters.bybit.parsing import Row, ms_of_moment
from trading.errors import BadDataError


def page(*names: str, cursor: str) -> Page:
    return Page([Row({"name": name}, "row") for name in names], cursor)


@pytest.mark.parametrize(
    ("pages", "names"),
    [
        ({"": page("a", cursor="1"), "1": page("b", cursor="")}, ["a", "b"]),
        ({"": page(cursor="1")}, []),
        ({"": page("a", cursor="1"), "1": page(cursor="2")}, ["a"]),
        ({"": page("a", cursor="1"), "1": page("b", cursor="1")}, ["a", "b"]),
    ],
    ids=["empty cursor ends", "empty first page ends", "empty page ends", "repeated cursor ends"],
)
def test_reading_ends_where_the_list_ends(pages: dict[str, Page], names: list[str]) -> None:
    rows = read_pages(lambda cursor: pages[cursor], what="list")

    assert [row.text("name") for row in rows] == names


def test_a_list_without_end_is_refused_instead_of_cut() -> None:
    def endless(cursor: str) -> Page:
        return page("a", cursor=f"{cursor}x")

    with pytest.raises(BadDataError, match="more than 500 pages"):
        read_pages(endless, what="list")


moments = st.datetimes(
    datetime(2023, 1, 1),  # noqa: DTZ001 -- Hypothesis adds the zone
    datetime(2026, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)


@given(since=moments)
def test_windows_cover_the_time_once_and_none_is_too_long(since: datetime) -> None:
    ranges = list(islice(windows(since), 7))

    assert ranges[0][0] == ms_of_moment(since)
    assert all(before[1] + 1 == after[0] for before, after in pairwise(ranges))
    assert all(end - start < LONGEST_WINDOW / timedelta(milliseconds=1) for start, end in ranges)


def test_windows_end_where_no_account_reaches() -> None:
    *_, (_, last) = windows(datetime(2026, 1, 1, tzinfo=UTC))

    assert last > ms_of_moment(datetime(2035, 12, 1, tzinfo=UTC))


def test_of_repeats_the_first_stays_in_its_place() -> None:
    assert unique(["b1", "a1", "b2", "c1"], key=lambda text: text[0]) == ["b1", "a1", "c1"]

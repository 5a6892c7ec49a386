"""A server's wish for a pause is understood in all its spellings, and never overdone."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.openai.retry_after import retry_after
from tests.adapters.openai.model_builders import NOW

LATER = "Sat, 21 Nov 2026 12:00:30 GMT"
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "7"}, 7),
        ({"retry-after": "1.5"}, 1.5),
        ({"retry-after": "-3"}, 0),
        ({"retry-after": LATER}, 30),
        ({"retry-after": "Sat, 21 Nov 2026 11:00:00 GMT"}, 0),
        ({"retry-after": LATER, "date": "Sat, 21 Nov 2026 12:00:20 GMT"}, 10),
        ({"retry-after": LATER, "date": "yesterday"}, 30),
        ({"retry-after": "Sat, 21 Nov 2026 12:00:30 -0000"}, 30),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after-ms": "250", "retry-after": "9"}, 0.25),
        ({"retry-after": "1e300"}, DAY.total_seconds()),
    ],
)
def test_the_pause_of_an_answer(headers: dict[str, str], seconds: float | None) -> None:
    expected = None if seconds is None else timedelta(seconds=seconds)

    assert retry_after(headers, NOW) == expected


@given(asked=st.text(max_size=30))
def test_no_header_breaks_it(asked: str) -> None:
    pause = retry_after({"retry-after": asked}, NOW)

    assert pause is None or timedelta(0) <= pause <= DAY

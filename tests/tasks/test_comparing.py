"""Documents are compared by what they say, not by how they were written."""

import pytest

from tasks.comparing import Difference, differences


@pytest.mark.parametrize(
    ("stored", "today"),
    [
        ({"a": "1"}, {"a": "1"}),
        ({"a": "1.10"}, {"a": "1.1"}),
        ({"a": "39801.12345678"}, {"a": "39801.12345679"}),
        ({}, {"a": None, "b": [], "c": {}}),
        ({"a": "1"}, {"a": "1", "since": "2"}),
        ({"a": {"b": "1"}}, {"a": {"b": "1", "since": {"c": "2"}}}),
        (None, None),
        ("152.8602 rounded to 152.870; 1.050", "152.8602 rounded to 152.87; 1.05"),
        (["from 39801.0, is 40000.00"], ["from 39801, is 40000"]),
        ({"a": ["1.0", {"b": "2"}]}, {"a": ["1", {"b": "2.0"}]}),
    ],
)
def test_what_says_the_same_does_not_differ(stored: object, today: object) -> None:
    assert list(differences("x", stored, today)) == []


@pytest.mark.parametrize(
    ("stored", "today", "found"),
    [
        ("long", "short", Difference("x", "long", "short")),
        ("39801.5", "39801", Difference("x", "39801.5", "39801")),
        ("0", None, Difference("x", "0", "nothing")),
        ("at 10.05", "at 1.05", Difference("x", "at 10.05", "at 1.05")),
        ("at 100", "at 10", Difference("x", "at 100", "at 10")),
        ("at 1.005", "at 1.05", Difference("x", "at 1.005", "at 1.05")),
        (0, None, Difference("x", "0", "nothing")),
        ("", None, Difference("x", "", "nothing")),
        (True, "true", Difference("x", "True", "true")),
        ({"a": {"b": "1"}}, {"a": {"b": "2"}}, Difference("x.a.b", "1", "2")),
        ({"a": ["up"]}, {"a": ["up", "down"]}, Difference("x.a", "up", "up; down")),
        ({"a": "1"}, None, Difference("x", "a 1", "nothing")),
        ({"a": "1"}, {}, Difference("x.a", "1", "nothing")),
        ({"a": None}, {"a": "1"}, Difference("x.a", "nothing", "1")),
        ("1" * 41, "1" * 40 + "2", Difference("x", "1" * 41, "1" * 40 + "2")),
    ],
)
def test_what_differs_is_named_by_its_place(
    stored: object, today: object, found: Difference
) -> None:
    assert list(differences("x", stored, today)) == [found]


def test_long_texts_are_cut() -> None:
    (found,) = differences("x", "a" * 999, "b")

    assert len(found.stored) == 200

from decimal import Decimal

import pytest

from cli.audit.comparison import Book, Difference, compare

KNOWN: Book = {"a": {"price": Decimal("1.1"), "side": "buy"}}


@pytest.mark.parametrize(
    "theirs",
    [
        {"a": {"price": Decimal("1.1"), "side": "buy"}},
        {"a": {"side": "buy", "price": Decimal("1.100")}},
    ],
)
def test_equal_facts_make_no_difference(theirs: Book) -> None:
    assert compare("order", KNOWN, theirs) == []


def test_nothing_equals_nothing() -> None:
    assert compare("order", {}, {}) == []


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [
        (
            KNOWN,
            {"a": {"price": Decimal("1.2"), "side": "buy"}},
            "order a: price is 1.1 here and 1.2 at the exchange",
        ),
        (
            KNOWN,
            {"a": {"price": None, "side": "buy"}},
            "order a: price is 1.1 here and None at the exchange",
        ),
        (KNOWN, {}, "order a: unknown to the exchange"),
        ({}, KNOWN, "order a: unknown to the database"),
        (
            KNOWN,
            {"a": {"price": Decimal("1.1"), "side": "buy", "new": 1}},
            "order a: new is None here and 1 at the exchange",
        ),
    ],
)
def test_a_difference_says_what_each_side_knows(ours: Book, theirs: Book, expected: str) -> None:
    assert [str(found) for found in compare("order", ours, theirs)] == [expected]


def test_every_difference_is_told_by_key_and_field() -> None:
    ours: Book = {"b": {"x": 1, "y": 1}, "a": {"x": 1}}
    theirs: Book = {"b": {"x": 2, "y": 2}, "a": {"x": 2}}

    assert compare("order", ours, theirs) == [
        Difference("order", "a", "x", 1, 2),
        Difference("order", "b", "x", 1, 2),
        Difference("order", "b", "y", 1, 2),
    ]

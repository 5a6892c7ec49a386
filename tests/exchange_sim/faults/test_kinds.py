"""Kinds and their parameters: what is read, what is refused, and how the refusal helps."""

from decimal import Decimal

import pytest

from exchange_sim.faults.kinds import FaultKind, choice, flag, names, number, text, whole

KIND = FaultKind(
    "group.what",
    (
        whole("ms", 100, highest=1_000),
        number("pct", "0.5", lowest="-1", highest="1"),
        text("msg", "hello"),
        flag("executed"),
        names("fractions", "0.5", "0.5"),
        choice("code", 10016, 10000),
        choice("mode", "length", "chunked"),
    ),
    "a kind of everything",
)


def test_what_is_not_given_has_its_default() -> None:
    assert KIND.read({}) == {
        "ms": 100,
        "pct": Decimal("0.5"),
        "msg": "hello",
        "executed": False,
        "fractions": ("0.5", "0.5"),
        "code": 10016,
        "mode": "length",
    }


@pytest.mark.parametrize(
    ("name", "given", "read"),
    [
        ("ms", 7, 7),
        ("ms", "7", 7),
        ("pct", 0.1, Decimal("0.1")),
        ("pct", "-1", Decimal(-1)),
        ("msg", 12, "12"),
        ("executed", True, True),
        ("fractions", ["0.2", 0.8], ("0.2", "0.8")),
        ("fractions", "a, b", ("a", "b")),
        ("code", "10000", 10000),
        ("mode", "chunked", "chunked"),
    ],
)
def test_what_is_given_is_read_in_its_type(name: str, given: object, read: object) -> None:
    assert KIND.read({name: given})[name] == read


@pytest.mark.parametrize(
    ("name", "given", "allowed"),
    [
        ("ms", -1, "a whole number from 0 up to 1000"),
        ("ms", 1_001, "a whole number from 0 up to 1000"),
        ("ms", 1.5, "a whole number from 0 up to 1000"),
        ("ms", True, "a whole number from 0 up to 1000"),
        ("pct", "a lot", "a number from -1 up to 1"),
        ("pct", "nan", "a number from -1 up to 1"),
        ("msg", None, "a text"),
        ("executed", "yes", "true or false"),
        ("fractions", 3, "a list of words"),
        ("fractions", [None], "a list of words"),
        ("code", 200, "one of 10016, 10000"),
        ("mode", "gzip", "one of length, chunked"),
    ],
)
def test_what_is_not_allowed_is_refused_with_what_is(
    name: str, given: object, allowed: str
) -> None:
    with pytest.raises(ValueError, match=f"parameter {name} is .*; allowed is {allowed}"):
        KIND.read({name: given})


def test_an_unknown_parameter_is_refused_with_those_there_are() -> None:
    with pytest.raises(ValueError, match=r"group.what has no parameter 'msec'; .* ms, pct, msg"):
        KIND.read({"msec": 1})

"""Wire values become numbers, times and words, or are refused by name."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.bybit.parsing import Row, moment_of_ms, ms_of_moment, number_of, plain
from trading.checks import require
from trading.errors import BadDataError


def row(**fields: object) -> Row:
    return Row(fields, "position BTCUSDT")


@pytest.mark.parametrize(
    ("raw", "number"),
    [
        ("0.10", Decimal("0.10")),
        ("-3", Decimal(-3)),
        (7, Decimal(7)),
        (0.1, Decimal("0.1")),
        ("1e-7", Decimal("1E-7")),
        ("", None),
        (None, None),
    ],
)
def test_a_number_may_come_as_text_number_or_nothing(raw: object, number: Decimal | None) -> None:
    assert number_of(raw) == number


@pytest.mark.parametrize("raw", ["abc", "NaN", "Infinity", True, [1], {}, "1,5"])
def test_what_is_no_finite_number_is_refused(raw: object) -> None:
    with pytest.raises(BadDataError, match=r"field size is .* expected a number; nothing was"):
        row(size=raw).number("size")


@given(st.decimals(allow_nan=False, allow_infinity=False, places=8))
def test_a_number_survives_the_wire_without_an_exponent(number: Decimal) -> None:
    text = plain(number)

    assert "E" not in text.upper()
    assert Decimal(text) == number


@given(st.integers(0, 4_000_000_000_000))
def test_milliseconds_survive_as_a_moment(milliseconds: int) -> None:
    assert ms_of_moment(moment_of_ms(milliseconds)) == milliseconds


@pytest.mark.parametrize(
    ("read", "says"),
    [
        (lambda fields: fields.number("gone"), "field gone is None, expected a number"),
        (lambda fields: fields.required_text("empty"), "field empty is '', expected a text"),
        (lambda fields: fields.moment("zero"), "field zero is '0', expected a time"),
        (lambda fields: fields.moment("far"), "expected a time in milliseconds"),
        (lambda fields: fields.moment_ns("gone"), "expected a time in nanoseconds"),
        (lambda fields: fields.integer("half", default=0), "expected a whole number"),
        (lambda fields: fields.word("side", {"Buy": 1, "Sell": 2}), "expected one of Buy, Sell"),
        (lambda fields: fields.part("side"), "expected an object"),
        (lambda fields: fields.rows("side", "row"), "expected a list of objects"),
        (lambda fields: fields.rows("mixed", "row"), "expected a list of objects"),
    ],
)
def test_what_money_needs_is_never_guessed(read: object, says: str) -> None:
    fields = row(empty="", zero="0", half="1.5", side="Up", mixed=[{}, 1], far="9" * 20)

    with pytest.raises(BadDataError, match=says) as refused:
        read(fields)  # type: ignore[operator]
    assert str(refused.value).startswith("position BTCUSDT: ")


def test_missing_is_zero_or_none_only_where_that_is_asked_for() -> None:
    fields = row(fee="", stop="0.00", seq="", isMaker=True)

    assert fields.number_or_zero("fee") == 0
    assert fields.price_or_none("stop") is None
    assert fields.integer("seq", default=-1) == -1
    assert fields.names("permissions") == []
    assert fields.flag("isMaker")
    assert not fields.flag("gone")


def test_a_time_in_nanoseconds_is_exact_to_the_microsecond() -> None:
    moment = row(timeNano="1688639403423213947").moment_ns("timeNano")

    assert moment == datetime(2023, 7, 6, 10, 30, 3, 423213, tzinfo=UTC)


def test_an_impossible_value_is_bad_data_with_the_row_named() -> None:
    with pytest.raises(BadDataError, match="position BTCUSDT: price is below zero"):
        row().build(lambda _row: require(False, "price is below zero"))

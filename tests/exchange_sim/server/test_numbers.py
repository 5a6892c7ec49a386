"""Numbers on the wire."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange_sim.server.numbers import (
    amount,
    amount_or_empty,
    amount_or_zero,
    plain,
    plain_or_empty,
)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("0.10", "0.10"),
        ("1E+3", "1000"),
        ("1E-7", "0.0000001"),
        ("-0.0", "0.0"),
        ("-1.5", "-1.5"),
    ],
)
def test_plain_keeps_the_decimals_and_never_prints_an_exponent(value: str, text: str) -> None:
    assert plain(Decimal(value)) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("26.37252750", "26.3725275"),
        ("100", "100"),
        ("0", "0"),
        ("-0.000000001", "0"),
        ("1.123456785", "1.12345678"),
        ("-47.40653230", "-47.4065323"),
    ],
)
def test_amount_prints_eight_decimals_without_trailing_zeros(value: str, text: str) -> None:
    assert amount(Decimal(value)) == text


@given(st.decimals(-(10**12), 10**12, places=8))
def test_amount_loses_nothing_of_a_booked_amount(value: Decimal) -> None:
    assert Decimal(amount(value)) == value
    assert "E" not in amount(value)


def test_no_value_is_empty_or_zero_by_field() -> None:
    assert [plain_or_empty(None), amount_or_empty(None), amount_or_zero(None)] == ["", "", "0"]

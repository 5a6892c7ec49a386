from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

import pytest

from tests.trading.builders import NOW
from trading.canonical import canonical, fingerprint
from trading.errors import InvariantError
from trading.positions import Direction


@dataclass(frozen=True)
class _Pair:
    name: str
    price: Decimal


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        (True, True),
        (3, 3),
        ("text", "text"),
        (Decimal("1.1000"), "1.1"),
        (Decimal("1E+5"), "100000"),
        (Decimal("-0.00"), "0"),
        (0.1 + 0.2, "0.3"),
        (Direction.LONG, "long"),
        (NOW, "2024-01-10T12:00:03+00:00"),
        (timedelta(hours=8), "28800"),
        ((1, [2]), [1, [2]]),
        ({"b": Decimal(2)}, {"b": "2"}),
        (_Pair("x", Decimal(2)), {"name": "x", "price": "2"}),
    ],
)
def test_every_kind_of_value_has_one_spelling(value: object, expected: object) -> None:
    assert canonical(value) == expected


@pytest.mark.parametrize("value", [object(), {1, 2}, _Pair, b"raw"])
def test_values_without_a_spelling_are_refused(value: object) -> None:
    with pytest.raises(InvariantError, match="no canonical JSON"):
        canonical(value)


def test_equal_contents_have_equal_fingerprints() -> None:
    assert fingerprint({"a": Decimal("1.10"), "b": 1}) == fingerprint(
        {"b": 1, "a": Decimal("1.1")}
    )
    assert fingerprint({"a": 1}) != fingerprint({"a": 2})

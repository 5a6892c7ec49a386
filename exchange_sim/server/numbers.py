"""Numbers as Bybit prints them: plain decimal strings, never an exponent."""

from decimal import ROUND_HALF_EVEN, Decimal

_EIGHT_DECIMALS = Decimal("0.00000001")
Row = dict[str, object]  # one JSON object of an answer


def plain(value: Decimal) -> str:
    """`value` with the decimals it has, in plain notation."""
    text = format(value, "f")
    return text if value else text.lstrip("-")


def amount(value: Decimal) -> str:
    """`value` at no more than eight decimals, without trailing zeros; zero is `0`."""
    text = format(value.quantize(_EIGHT_DECIMALS, ROUND_HALF_EVEN), "f").rstrip("0").rstrip(".")
    return "0" if text in {"", "-0"} else text


def plain_or_empty(value: Decimal | None) -> str:
    """`value` in plain notation, or the empty string Bybit prints for "no value"."""
    return "" if value is None else plain(value)


def amount_or_empty(value: Decimal | None) -> str:
    """`value` at eight decimals, or an empty string."""
    return "" if value is None else amount(value)


def amount_or_zero(value: Decimal | None) -> str:
    """`value` at eight decimals, or `0`."""
    return "0" if value is None else amount(value)

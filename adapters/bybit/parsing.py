"""Read one row of an answer: tolerant of what is missing or new, strict about money.

Bybit writes numbers as strings and "no value" as "" or "0" (bybit_v5.md §0.8). Fields that are not
asked for are ignored, so new ones break nothing.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import NoReturn, TypeVar

from trading.errors import BadDataError, InvariantError

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_YEAR_10000_MS = 253_402_300_800_000

Value = TypeVar("Value")


def moment_of_ms(milliseconds: int) -> datetime:
    """The UTC time of milliseconds since the epoch, exactly."""
    return _EPOCH + milliseconds * _MILLISECOND


def ms_of_moment(moment: datetime) -> int:
    """Milliseconds since the epoch, rounded down."""
    return (moment - _EPOCH) // _MILLISECOND


def plain(number: Decimal) -> str:
    """The number as the wire wants it: plain decimal notation, never an exponent."""
    return format(number, "f")


def number_of(raw: object) -> Decimal | None:
    """A finite number from a wire value; None when it is "" or missing.

    Raises:
        ValueError: it is something else than a finite number.
    """
    if raw is None or raw == "":
        return None
    try:
        number = Decimal(str(raw))
    except InvalidOperation:
        raise ValueError(raw) from None
    if not number.is_finite():
        raise ValueError(raw)
    return number


class Row:
    """One object of an answer. `what` names it in messages ("position BTCUSDT")."""

    def __init__(self, fields: Mapping[str, object], what: str) -> None:
        self._fields = fields
        self._what = what

    @property
    def fields(self) -> Mapping[str, object]:
        """Everything the row has, as it came."""
        return self._fields

    def renamed(self, name: str, to: str) -> "Row":
        """The same row in which field `name` is called `to`, unless it has both."""
        return Row({to: self._fields.get(name), **self._fields}, self._what)

    def text(self, name: str) -> str:
        """The text of a field; "" when it is missing."""
        raw = self._fields.get(name)
        return "" if raw is None else str(raw)

    def required_text(self, name: str) -> str:
        """The text of a field that must be there."""
        return self.text(name) or self.refuse(name, "a text")

    def number_or_none(self, name: str) -> Decimal | None:
        """The number of a field; None when it is missing."""
        try:
            return number_of(self._fields.get(name))
        except ValueError:
            return self.refuse(name, "a number")

    def number(self, name: str) -> Decimal:
        """The number of a field that must be there."""
        number = self.number_or_none(name)
        return self.refuse(name, "a number") if number is None else number

    def number_or_zero(self, name: str) -> Decimal:
        """The number of a field where missing means nothing was charged, filled or moved."""
        return self.number_or_none(name) or Decimal(0)

    def price_or_none(self, name: str) -> Decimal | None:
        """A price, where both missing and 0 mean there is none."""
        return self.number_or_none(name) or None

    def integer(self, name: str, *, default: int) -> int:
        """The whole number of a field."""
        number = self.number_or_none(name)
        if number is None:
            return default
        return int(number) if number == int(number) else self.refuse(name, "a whole number")

    def flag(self, name: str) -> bool:
        """Whether a field is true; missing is false."""
        return self.text(name).lower() in {"true", "1"}

    def moment(self, name: str) -> datetime:
        """The time of a field in milliseconds that must be there."""
        milliseconds = self.integer(name, default=0)
        if not 0 < milliseconds < _YEAR_10000_MS:
            self.refuse(name, "a time in milliseconds")
        return moment_of_ms(milliseconds)

    def moment_ns(self, name: str) -> datetime:
        """The time of a field in nanoseconds that must be there, down to the microsecond."""
        nanoseconds = self.integer(name, default=0)
        if not 0 < nanoseconds < _YEAR_10000_MS * 1_000_000:
            self.refuse(name, "a time in nanoseconds")
        return _EPOCH + timedelta(microseconds=nanoseconds // 1000)

    def word(self, name: str, words: Mapping[str, Value]) -> Value:
        """The meaning of a field whose words we must know."""
        meaning = words.get(self.text(name))
        return self.refuse(name, f"one of {', '.join(words)}") if meaning is None else meaning

    def part(self, name: str) -> "Row":
        """An object inside the row."""
        raw = self._fields.get(name)
        if not isinstance(raw, dict):
            self.refuse(name, "an object")
        return Row(raw, f"{self._what} {name}")

    def rows(self, name: str, what: str) -> list["Row"]:
        """A list of objects inside the row."""
        raw = self._fields.get(name)
        if not isinstance(raw, list) or not all(isinstance(item, dict) for item in raw):
            self.refuse(name, "a list of objects")
        return [Row(item, what) for item in raw]

    def names(self, name: str) -> list[str]:
        """The texts of a list; empty when it is missing."""
        raw = self._fields.get(name)
        return [str(item) for item in raw] if isinstance(raw, list) else []

    def build(self, value: Callable[["Row"], Value]) -> Value:
        """The value of the row; an impossible one is bad data, not a bug of ours.

        Raises:
            BadDataError: a needed field is missing or its value is impossible.
        """
        try:
            return value(self)
        except InvariantError as error:
            message = f"{self._what}: {error}"
            raise BadDataError(message) from error

    def refuse(self, name: str, wanted: str) -> NoReturn:
        """Raise BadDataError for a field, with the value seen and what was wanted."""
        seen = repr(self._fields.get(name))[:80]
        message = f"{self._what}: field {name} is {seen}, expected {wanted}; nothing was assumed"
        raise BadDataError(message)

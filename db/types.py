"""Column types: exact money, rounded measures, UTC time, closed sets of words."""

from datetime import UTC, datetime
from decimal import ROUND_HALF_EVEN, Context, Decimal
from enum import StrEnum

from sqlalchemy import DateTime, Dialect, Enum, Numeric, SmallInteger
from sqlalchemy.types import TypeDecorator

from trading.checks import require
from trading.orders import PositionIndex

DECIMALS = 18
_SMALLEST = Decimal(1).scaleb(-DECIMALS)
# Python's default context holds 28 digits; NUMERIC(38,18) holds 38.
_WIDE = Context(prec=60, rounding=ROUND_HALF_EVEN)


class Amount(TypeDecorator[Decimal]):
    """Money, price or quantity as NUMERIC(38,18), stored to the last digit or refused.

    Floats, infinities and numbers with more than 18 decimals raise InvariantError, because
    PostgreSQL would round them without a word.
    """

    impl = Numeric(38, DECIMALS)
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Decimal | None:
        """The number unchanged, if the column can hold all of it."""
        if value is None:
            return None
        require_decimal(value)
        require(
            value == value.quantize(_SMALLEST, context=_WIDE),
            f"amount {value} has more than {DECIMALS} decimals; round it before it is stored",
        )
        return value

    def process_result_value(self, value: Decimal | None, dialect: Dialect) -> Decimal | None:
        """The number without the zeros the column pads it with."""
        return None if value is None else without_padding(value)


class Measure(TypeDecorator[Decimal]):
    """An average, ratio or valuation as NUMERIC(38,18), rounded half even to 18 decimals.

    For numbers that come out of a division and have no exact form; money that moved is an Amount.
    """

    impl = Numeric(38, DECIMALS)
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Decimal | None:
        """The number rounded to what the column holds."""
        if value is None:
            return None
        require_decimal(value)
        return value.quantize(_SMALLEST, context=_WIDE)

    def process_result_value(self, value: Decimal | None, dialect: Dialect) -> Decimal | None:
        """The number without the zeros the column pads it with."""
        return None if value is None else without_padding(value)


class UtcTime(TypeDecorator[datetime]):
    """A moment as timestamptz. Naive times are refused, results are in UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The moment, if its offset is known."""
        if value is None:
            return None
        require(
            value.utcoffset() is not None,
            f"time {value.isoformat()} has no time zone; give it one (UTC)",
        )
        return value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The moment in UTC, whatever the zone of the connection."""
        return None if value is None else value.astimezone(UTC)


class PositionIndexType(TypeDecorator[PositionIndex]):
    """Bybit's positionIdx as smallint."""

    impl = SmallInteger
    cache_ok = True

    def process_bind_param(self, value: PositionIndex | None, dialect: Dialect) -> int | None:
        """The plain number."""
        return None if value is None else int(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> PositionIndex | None:
        """The enum member."""
        return None if value is None else PositionIndex(value)


def words(kind: type[StrEnum], *, check: str | None = None) -> Enum:
    """Column type of a closed set: text with a CHECK generated from the enum's values.

    `check` names the CHECK where a table has two columns of one set.
    """
    named = {} if check is None else {"name": check}
    return Enum(
        kind,
        **named,
        native_enum=False,
        create_constraint=True,
        validate_strings=True,
        length=40,
        values_callable=_values,
    )


def require_decimal(value: object) -> None:
    """Refuse floats and non-finite numbers."""
    require(
        isinstance(value, Decimal) and value.is_finite(),
        f"number {value!r} is a {type(value).__name__}; a finite Decimal is needed",
    )


def without_padding(value: Decimal) -> Decimal:
    """The same number with no trailing zeros after the point and no exponent."""
    if value == value.to_integral_value():
        return value.quantize(Decimal(1), context=_WIDE)
    return value.normalize(_WIDE)


def _values(kind: type[StrEnum]) -> list[str]:
    return [member.value for member in kind]

"""Refuse impossible contents when a value is built."""

from datetime import datetime, timedelta
from decimal import Decimal

from trading.errors import InvariantError


def require(condition: bool, message: str) -> None:
    """Raise InvariantError with `message` unless `condition` holds."""
    if not condition:
        raise InvariantError(message)


def require_positive(name: str, value: Decimal) -> None:
    """Refuse zero, negative and non-finite numbers."""
    # The message is made when it is needed: a cycle checks tens of thousands of prices.
    if not (value.is_finite() and value > 0):
        raise InvariantError(f"{name} is {value}; it must be a finite number above 0")


def require_not_negative(name: str, value: Decimal) -> None:
    """Refuse negative and non-finite numbers."""
    if not (value.is_finite() and value >= 0):
        raise InvariantError(f"{name} is {value}; it must be a finite number, at least 0")


def require_fraction(name: str, value: Decimal) -> None:
    """Refuse anything outside 0..1."""
    require(
        value.is_finite() and 0 <= value <= 1, f"{name} is {value}; it is a fraction of 0 to 1"
    )


def require_utc(name: str, value: datetime) -> None:
    """Refuse naive times and times of another zone."""
    if value.utcoffset() != timedelta(0):
        raise InvariantError(
            f"{name} is {value.isoformat()}; it must be time-zone aware and in UTC"
        )

"""How much we may ask of the exchange, and when to ask nothing at all."""

from enum import StrEnum


class BreakerState(StrEnum):
    """Whether requests of a kind are sent: all, none, or one that tries."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"

"""How far a label is, and what happened to the trade it imagines."""

from enum import IntEnum
from typing import Final


class Status(IntEnum):
    """Whether a label may be read; the numbers are stored in columns."""

    FINAL = 0
    """Known, and never different under the same version."""

    INCOMPLETE = 1
    """A candle, a settlement or the average range it needs is not there: try again later."""

    CENSORED = 2
    """The symbol was halted or delisted before it was known: excluded and counted."""

    @property
    def word(self) -> str:
        """The name to be stored and shown."""
        return self.name.lower()


class Kind(IntEnum):
    """What happened; the numbers are stored in columns."""

    UNKNOWN = 0
    """The label is not FINAL."""

    NO_TRADE = 1
    """The decision was to do nothing: 0 R."""

    STOP_TOO_NEAR = 2
    """A stop that noise would hit says nothing of the decision: 0 R, counted."""

    NO_ENTRY_DRIFT = 3
    """The price had run away when the market order would have been sent: 0 R."""

    NO_FILL = 4
    """The limit was not traded through while it was valid: 0 R, counted."""

    INVALID_AT_FILL = 5
    """It would have filled beyond its own stop or target: 0 R, counted."""

    TARGET = 6
    STOP = 7
    TIMEOUT = 8
    LIQUIDATED = 9

    UP = 10
    """Only of the policy `horizon`, as are the next two: the later close is above the first."""

    DOWN = 11
    UNCHANGED = 12

    @property
    def word(self) -> str:
        """The name to be stored and shown."""
        return self.name.lower()


ENTERED: Final = frozenset({Kind.TARGET, Kind.STOP, Kind.TIMEOUT, Kind.LIQUIDATED})
"""The kinds of a trade that was filled."""

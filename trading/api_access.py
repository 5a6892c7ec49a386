"""What a token of the API may do: read, trade, or let a halted account trade again."""

from enum import StrEnum
from typing import Final


class Scope(StrEnum):
    """How far a token reaches. Each scope includes those before it."""

    READ = "read"
    """Look at everything, change nothing."""
    TRADE = "trade"
    """Answer proposals, ask the model, and halt: stopping needs no more than trading."""
    ADMIN = "admin"
    """Resume after a halt as well: nothing that trades may let go of a brake by itself."""

    def allows(self, needed: "Scope") -> bool:
        """Whether a token of this scope may do what needs the other."""
        return _ORDER.index(self) >= _ORDER.index(needed)


_ORDER: Final = tuple(Scope)

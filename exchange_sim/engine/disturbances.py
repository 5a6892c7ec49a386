"""What the engine asks about trouble it should make: nothing, unless somebody plugs it in.

The engine stays a function of its inputs. Trouble that changes the venue (a transfer, an owner's
order) is given as a command and journalled like any other; trouble in behaviour (a partial fill, a
missing stop) is decided by the plugged-in `Disturbances` at the moment it is asked. A journal of a
run with the latter is repeated exactly only with the same disturbances plugged in.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

FAR_MS = 2**62  # a moment that never comes


@dataclass(frozen=True, slots=True)
class Circumstance:
    """Whom and what a disturbance would strike."""

    now_ms: int
    account: str
    symbol: str
    side: str = ""
    link_id: str = ""


class Disturbance(Protocol):
    """One thing that shall go wrong now, with its parameters."""

    @property
    def name(self) -> str:
        """What goes wrong, as named in spec section 7."""
        ...

    def whole(self, name: str) -> int:
        """A parameter that is a whole number."""
        ...

    def number(self, name: str) -> Decimal:
        """A parameter that is a number."""
        ...

    def text(self, name: str) -> str:
        """A parameter that is a text."""
        ...

    def names(self, name: str) -> tuple[str, ...]:
        """A parameter that is a list of words."""
        ...


class Disturbances(Protocol):
    """Decides what goes wrong; must not change the venue except inside `attend`."""

    @property
    def is_quiet(self) -> bool:
        """Whether nothing can go wrong at present: the engine then does not even ask."""
        ...

    @property
    def next_ms(self) -> int:
        """The next market moment at which `attend` wants to be called; FAR_MS for none."""
        ...

    def strike(self, names: frozenset[str], circumstance: Circumstance) -> Disturbance | None:
        """The one of `names` that shall strike now, or None."""
        ...

    def attend(self) -> None:
        """Called after every command and movement of the clock, the state being complete."""
        ...


class NoDisturbances:
    """Everything goes well."""

    is_quiet = True
    next_ms = FAR_MS

    def strike(self, names: frozenset[str], circumstance: Circumstance) -> Disturbance | None:
        """Nothing."""

    def attend(self) -> None:
        """Nothing to do."""


NONE = NoDisturbances()

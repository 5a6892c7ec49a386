"""One fault that is on: what it touches, how often, for how long, with which luck."""

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import Decimal

from exchange_sim.faults.kinds import FaultKind, Value

Pattern = re.Pattern[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultEvent:
    """Something that happens at the exchange and could go wrong; what is not known is empty.

    `now_ms` is the market clock; `op` is the HTTP method or the WebSocket operation.
    """

    now_ms: int
    account: str = ""
    path: str = ""
    topic: str = ""
    op: str = ""
    symbol: str = ""
    side: str = ""
    link_id: str = ""


_TEXTS = ("path", "topic", "op", "symbol", "side", "link_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Which events a fault touches: all that satisfy every condition given.

    The texts are regular expressions found anywhere in the event's text; `account` is the exact
    name; with `nth` only the nth event that satisfies the others is touched, counted from 1.
    """

    path: Pattern | None = None
    topic: Pattern | None = None
    op: Pattern | None = None
    symbol: Pattern | None = None
    side: Pattern | None = None
    link_id: Pattern | None = None
    account: str | None = None
    nth: int | None = None

    @classmethod
    def read(cls, given: Mapping[str, object]) -> "Match":
        """The match in `given`. Raises: ValueError for an unknown name or a broken expression."""
        allowed = [field.name for field in fields(cls)]
        unknown = sorted(set(given) - set(allowed))
        if unknown:
            message = f"match has no {unknown[0]!r}; it has {', '.join(allowed)}"
            raise ValueError(message)
        patterns = {name: _pattern(name, given[name]) for name in _TEXTS if name in given}
        account = given.get("account")
        return cls(
            **patterns,
            account=None if account is None else str(account),
            nth=whole_from_one("match.nth", given.get("nth")),
        )

    def admits(self, event: FaultEvent) -> bool:
        """Whether `event` satisfies every condition but `nth`."""
        if self.account is not None and self.account != event.account:
            return False
        return all(
            pattern is None or pattern.search(getattr(event, name)) is not None
            for name, pattern in self._patterns()
        )

    def row(self) -> dict[str, object]:
        """The conditions given, as they were given."""
        patterns = {name: found.pattern for name, found in self._patterns() if found is not None}
        others = {"account": self.account, "nth": self.nth}
        return patterns | {name: value for name, value in others.items() if value is not None}

    def _patterns(self) -> list[tuple[str, Pattern | None]]:
        return [
            ("path", self.path),
            ("topic", self.topic),
            ("op", self.op),
            ("symbol", self.symbol),
            ("side", self.side),
            ("link_id", self.link_id),
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Injection:
    """One fault as it was switched on; equal injections meet equal events with equal luck.

    `window` is [from, to) in market milliseconds: always with a start, with no end it is open.
    `count` is how many times it may act at most.
    """

    id: int
    kind: FaultKind
    parameters: Mapping[str, Value]
    match: Match
    probability: Decimal = Decimal(1)
    count: int | None = None
    window: tuple[int, int | None]
    seed: int = 0

    @property
    def name(self) -> str:
        """The name of its kind."""
        return self.kind.name

    @property
    def since_ms(self) -> int:
        """The market moment it takes effect."""
        return self.window[0]

    def covers(self, now_ms: int) -> bool:
        """Whether `now_ms` lies in its window."""
        start, end = self.window
        return start <= now_ms and (end is None or now_ms < end)


@dataclass(frozen=True, slots=True)
class Activation:
    """A fault that strikes: at which event, with which number in the fault log.

    `random` belongs to the injection: the same draws in the same order for the same seed.
    """

    sequence: int
    injection: Injection
    event: FaultEvent
    random: random.Random

    @property
    def name(self) -> str:
        """The name of the fault."""
        return self.injection.kind.name

    @property
    def parameters(self) -> Mapping[str, Value]:
        """Every parameter, defaults filled in."""
        return self.injection.parameters

    def whole(self, name: str) -> int:
        """The parameter of type `int` called `name`."""
        value = self.parameters[name]
        assert isinstance(value, int), f"{self.name}.{name} is no whole number"
        return value

    def number(self, name: str) -> Decimal:
        """The parameter of type `number` called `name`."""
        value = self.parameters[name]
        assert isinstance(value, Decimal), f"{self.name}.{name} is no number"
        return value

    def text(self, name: str) -> str:
        """The parameter of type `text` called `name`."""
        value = self.parameters[name]
        assert isinstance(value, str), f"{self.name}.{name} is no text"
        return value

    def flag(self, name: str) -> bool:
        """The parameter of type `bool` called `name`."""
        value = self.parameters[name]
        assert isinstance(value, bool), f"{self.name}.{name} is no flag"
        return value

    def names(self, name: str) -> tuple[str, ...]:
        """The parameter of type `names` called `name`."""
        value = self.parameters[name]
        assert isinstance(value, tuple), f"{self.name}.{name} is no list"
        return value


def whole_from_one(name: str, given: object) -> int | None:
    """A count from 1 up, or None if none was given. Raises: ValueError."""
    if given is None:
        return None
    if isinstance(given, bool) or not isinstance(given, int) or given < 1:
        message = f"{name} is {given!r}; a whole number from 1 is needed, or none"
        raise ValueError(message)
    return given


def _pattern(name: str, given: object) -> Pattern | None:
    if given is None:
        return None
    try:
        return re.compile(str(given))
    except re.error as error:
        message = f"match.{name} is {given!r}, which is no regular expression: {error}"
        raise ValueError(message) from error

"""The injections that are on: how far each has come, and which concern an account."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from operator import attrgetter

from exchange_sim.faults.injection import Activation, FaultEvent, Injection


@dataclass(slots=True)
class Running:
    """An injection and how far it has come."""

    injection: Injection
    luck: random.Random
    seen: int = 0
    struck: int = 0
    started: Activation | None = None

    @property
    def id(self) -> int:
        """The number of the injection."""
        return self.injection.id

    @property
    def is_used_up(self) -> bool:
        """Whether it has struck as often as it may."""
        return self.injection.count is not None and self.struck >= self.injection.count

    @property
    def moment(self) -> FaultEvent:
        """The event of a state fault at its start: what it is aimed at, as far as is known."""
        match = self.injection.match
        return FaultEvent(
            now_ms=self.injection.since_ms,
            account=match.account or "",
            symbol=match.symbol.pattern if match.symbol else "",
            side=match.side.pattern if match.side else "",
        )

    def strikes(self) -> bool:
        """Whether this matching event is the one: counted, and by luck."""
        self.seen += 1
        nth = self.injection.match.nth
        if nth is not None and nth != self.seen:
            return False
        probability = float(self.injection.probability)
        return probability >= 1 or self.luck.random() < probability


@dataclass(slots=True)
class Shelf:
    """Running injections in the order they came, found by the account they are bound to."""

    everyone: dict[int, Running] = field(default_factory=dict)
    bound: dict[str, dict[int, Running]] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is on."""
        return not (self.everyone or self.bound)

    def add(self, running: Running) -> None:
        """Put an injection on the shelf."""
        account = running.injection.match.account
        place = self.everyone if account is None else self.bound.setdefault(account, {})
        place[running.id] = running

    def remove(self, running: Running) -> None:
        """Take it away; one that is not there is no error."""
        account = running.injection.match.account
        if account is None:
            self.everyone.pop(running.id, None)
            return
        place = self.bound.get(account, {})
        place.pop(running.id, None)
        if not place:
            self.bound.pop(account, None)

    def of(self, account: str) -> list[Running]:
        """Those that can strike at an event of `account`, in the order they were switched on."""
        mine = self.bound.get(account)
        if not mine:
            return list(self.everyone.values())
        return sorted((*self.everyone.values(), *mine.values()), key=attrgetter("id"))

    def __iter__(self) -> Iterator[Running]:
        bound = (running for place in self.bound.values() for running in place.values())
        return iter(sorted((*self.everyone.values(), *bound), key=attrgetter("id")))

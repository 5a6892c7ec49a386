"""What the venue says of its own maintenance: each change of it, once (topic system.status)."""

from dataclasses import dataclass

from exchange_sim.faults.injection import Injection
from exchange_sim.faults.platform_kinds import begins_after_ms
from exchange_sim.faults.switchboard import Switchboard

_MAINTENANCE = frozenset({"plat.maintenance"})


@dataclass(frozen=True, slots=True)
class Notice:
    """One maintenance as announced: scheduled, ongoing, completed or canceled; market ms."""

    number: int
    state: str
    begin_ms: int
    end_ms: int


class Notices:
    """Remembers what was said, so that nothing is said twice."""

    def __init__(self, switchboard: Switchboard) -> None:
        self._switchboard = switchboard
        self._told: dict[int, Notice] = {}

    def news(self, now_ms: int) -> list[Notice]:
        """The notices that are due at `now_ms` and were not given yet."""
        if not (self._told or self._switchboard.may_strike(_MAINTENANCE, "")):
            return []
        present = {notice.number: notice for notice in self.at(now_ms)}
        over = [
            _over(told, now_ms) for number, told in self._told.items() if number not in present
        ]
        fresh = [notice for number, notice in present.items() if self._told.get(number) != notice]
        self._told = present
        return over + fresh

    def at(self, now_ms: int) -> list[Notice]:
        """What is announced or going on at `now_ms`, told before or not."""
        return [
            _notice(injection, now_ms)
            for injection in self._switchboard.active()
            if injection.name in _MAINTENANCE and injection.covers(now_ms)
        ]

    @property
    def current(self) -> list[Notice]:
        """What a new subscriber has to know."""
        return list(self._told.values())


def _notice(injection: Injection, now_ms: int) -> Notice:
    start_ms, end_ms = injection.window
    begin_ms = start_ms + begins_after_ms(injection)
    state = "scheduled" if now_ms < begin_ms else "ongoing"
    return Notice(injection.id, state, begin_ms, begin_ms if end_ms is None else end_ms)


def _over(told: Notice, now_ms: int) -> Notice:
    state = "completed" if now_ms >= told.end_ms else "canceled"
    return Notice(told.number, state, told.begin_ms, told.end_ms)

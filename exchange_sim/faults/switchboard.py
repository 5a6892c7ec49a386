"""Where faults are switched on and off, and where the exchange asks whether one strikes now.

Behaviour faults wait to be claimed by what they disturb. State faults have an `Effect` that acts
when they take effect: at once, or at the market moment their window begins.
"""

import contextlib
import random
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, replace

from exchange_sim.engine.errors import VenueError
from exchange_sim.faults.fault_log import FaultLog, LogEntry
from exchange_sim.faults.injection import Activation, FaultEvent, Injection
from exchange_sim.faults.kinds import FaultKind
from exchange_sim.faults.running import Running, Shelf
from exchange_sim.faults.wishes import read_wish

__all__ = ["Activation", "Effect", "FaultEvent", "LogEntry", "Switchboard"]

Condition = Callable[[Injection], bool]


@dataclass(frozen=True, slots=True)
class Effect:
    """What a state fault does: `start` says in words what it did, for the log.

    Without a `stop` the fault is over once it has started; with one it stays on until it is
    switched off or its window ends. `start` may refuse with ValueError or VenueError.
    """

    start: Callable[[Activation], str]
    stop: Callable[[Activation], None] | None = None


class Switchboard:
    """All faults of one exchange; without one that is on, a claim costs one truth test."""

    def __init__(
        self,
        catalogue: Mapping[str, FaultKind],
        *,
        market_ms: Callable[[], int],
        wall_ms: Callable[[], int],
    ) -> None:
        self.catalogue = catalogue
        self.is_on = False
        self._market_ms = market_ms
        self._log = FaultLog(wall_ms)
        self._shelf = Shelf()
        self._effects: dict[str, Effect] = {}
        self._timed: dict[int, Running] = {}  # those with an effect that begins or ends
        self._last_id = 0

    @property
    def log(self) -> list[LogEntry]:
        """Every strike so far, oldest first."""
        return self._log.entries

    def handle(self, name: str, effect: Effect) -> None:
        """Let the state fault `name` act by `effect`."""
        assert name in self.catalogue, f"{name} is not in the catalogue"
        self._effects[name] = effect

    def switch_on(self, wish: Mapping[str, object]) -> Injection:
        """Switch on the fault a wish describes (its fields are in `wishes`).

        A state fault has happened when this returns, unless its window begins later.
        Raises: ValueError says what is wrong and what is allowed; VenueError if the venue refuses.
        """
        now_ms = self._market_ms()
        injection = read_wish(wish, self.catalogue, injection_id=self._last_id + 1, now_ms=now_ms)
        self._last_id = injection.id
        running = Running(injection, random.Random(injection.seed))  # noqa: S311 - not secret
        self._keep(running)
        if injection.name in self._effects and injection.covers(now_ms):
            self._start(running, now_ms)
        return injection

    def switch_off(self, injection_id: int | None = None) -> int:
        """Switch off one fault, or all; how many there were."""
        ending = [one for one in self._shelf if injection_id in {None, one.id}]
        for running in ending:
            self._end(running)
        return len(ending)

    def active(self) -> list[Injection]:
        """The faults that are on, and those whose window is still to come, oldest first."""
        self._drop_expired(self._market_ms())
        return [running.injection for running in self._shelf]

    def may_strike(self, names: Container[str], account: str) -> bool:
        """Whether one of `names` is on that could strike at `account`: cheaper than a claim."""
        return self.is_on and any(
            running.injection.name in names for running in self._shelf.of(account)
        )

    def claim(
        self,
        names: Container[str] | str,
        event: FaultEvent,
        *,
        only_if: Condition | None = None,
        detail: str = "",
    ) -> Activation | None:
        """The first fault among `names` that strikes at `event`, logged; usually None.

        `only_if` is a further condition of the caller, asked before the event is counted.
        """
        if not self.is_on:
            return None
        wanted = {names} if isinstance(names, str) else names
        for running in self._shelf.of(event.account):
            if running.injection.name in wanted and self._strikes(running, event, only_if):
                return self._activate(running, event, detail)
        return None

    def claim_all(
        self,
        names: Container[str] | str,
        event: FaultEvent,
        *,
        only_if: Condition | None = None,
    ) -> list[Activation]:
        """Every fault among `names` that strikes at `event`, in the order they came on."""
        if not self.is_on:
            return []
        wanted = {names} if isinstance(names, str) else names
        striking = [
            running
            for running in self._shelf.of(event.account)
            if running.injection.name in wanted and self._strikes(running, event, only_if)
        ]
        return [self._activate(running, event, "") for running in striking]

    def explain(self, activation: Activation, detail: str) -> None:
        """Add to the log what a strike did in the end."""
        self._log.explain(self.log[activation.sequence - 1], detail)

    def next_due_ms(self) -> int | None:
        """The next market moment at which a state fault begins or ends; None without one."""
        if not self.is_on:
            return None
        moments = (_due_ms(running) for running in self._timed.values())
        return min((moment for moment in moments if moment is not None), default=None)

    def run_due(self, now_ms: int) -> None:
        """Begin and end the state faults whose moment has come; a refusal is logged."""
        for running in list(self._timed.values()):
            due_ms = _due_ms(running)
            if due_ms is None or due_ms > now_ms:
                continue
            if running.started is not None:
                self._end(running)
                continue
            with contextlib.suppress(ValueError, VenueError):  # the log tells of the refusal
                self._start(running, now_ms)

    def _strikes(self, running: Running, event: FaultEvent, only_if: Condition | None) -> bool:
        injection = running.injection
        if not (injection.covers(event.now_ms) and injection.match.admits(event)):
            return False
        return (only_if is None or only_if(injection)) and running.strikes()

    def _activate(self, running: Running, event: FaultEvent, detail: str) -> Activation:
        running.struck += 1
        entry = self._log.write(running.injection, event, detail)
        if running.is_used_up:
            self._end(running)
        return Activation(entry.sequence, running.injection, event, running.luck)

    def _start(self, running: Running, now_ms: int) -> None:
        injection = running.injection
        event = replace(running.moment, now_ms=now_ms)
        effect = self._effects[injection.name]
        entry = self._log.write(injection, event)  # first: what it causes is logged after it
        running.started = Activation(entry.sequence, injection, event, running.luck)
        try:
            self._log.explain(entry, effect.start(running.started))
        except (ValueError, VenueError) as refusal:
            self._log.explain(entry, f"refused: {refusal}")
            self._drop(running)
            raise
        if effect.stop is None:
            self._drop(running)

    def _end(self, running: Running) -> None:
        effect = self._effects.get(running.injection.name)
        if effect is not None and effect.stop is not None and running.started is not None:
            effect.stop(running.started)
        self._drop(running)

    def _keep(self, running: Running) -> None:
        self._shelf.add(running)
        if running.injection.name in self._effects:
            self._timed[running.id] = running
        self.is_on = True

    def _drop(self, running: Running) -> None:
        self._shelf.remove(running)
        self._timed.pop(running.id, None)
        self.is_on = not self._shelf.is_empty

    def _drop_expired(self, now_ms: int) -> None:
        for running in list(self._shelf):
            end = running.injection.window[1]
            if end is not None and end <= now_ms and running.injection.name not in self._effects:
                self._drop(running)


def _due_ms(running: Running) -> int | None:
    """The market moment at which a state fault begins, or ends if it has begun."""
    start, end = running.injection.window
    return start if running.started is None else end

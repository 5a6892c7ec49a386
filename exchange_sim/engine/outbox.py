"""Holds events back until the state they tell of is complete, then hands them out in order."""

from exchange_sim.engine.events import AccountEvent, Listener, TickHappened


class Outbox:
    """Events of the command or market event under way."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []
        self._tick_listeners: list[Listener] = []
        self._pending: list[AccountEvent] = []

    def subscribe(self, listener: Listener, *, ticks: bool) -> None:
        """Hand every later event to `listener`, ticks too if asked."""
        self._listeners.append(listener)
        if ticks:
            self._tick_listeners.append(listener)

    @property
    def is_heard(self) -> bool:
        """Whether anybody listens; without a listener nothing is collected."""
        return bool(self._listeners)

    @property
    def wants_ticks(self) -> bool:
        """Whether anybody asked for market ticks."""
        return bool(self._tick_listeners)

    def add(self, event: AccountEvent) -> None:
        """Keep an event until `flush`."""
        self._pending.append(event)

    def flush(self) -> None:
        """Hand out what was kept, oldest first."""
        pending, self._pending = self._pending, []
        for event in pending:
            for listener in self._listeners:
                listener(event)

    def announce(self, event: TickHappened) -> None:
        """Hand a tick to those who asked for ticks."""
        for listener in self._tick_listeners:
            listener(event)

"""rest.stale: what accounts looked like a moment ago.

While the fault is on, the accounts it matches are copied after every change; a stale read is
answered from the copy that was true then, valued at the prices of then. It cannot be older than
the fault itself.
"""

from dataclasses import dataclass, field

from exchange_sim.engine.account_reads import AccountReads
from exchange_sim.engine.events import Event, TickHappened
from exchange_sim.engine.exchange import Exchange
from exchange_sim.faults.injection import Activation, FaultEvent
from exchange_sim.faults.switchboard import Effect, Switchboard


@dataclass(slots=True)
class Recording:
    """One fault that is on: how far back it looks, and the copies of each account by time."""

    account: str | None
    age_ms: int
    copies: dict[str, list[tuple[int, AccountReads]]] = field(default_factory=dict)

    def concerns(self, account: str) -> bool:
        """Whether this fault looks at `account`."""
        return self.account in {None, account}

    def keep(self, account: str, now_ms: int, snapshot: AccountReads) -> None:
        """Keep what is true from `now_ms` on, and drop what nobody can ask for any more."""
        kept = self.copies.setdefault(account, [])
        # The first copy is what was true before the fault, even if its own millisecond changed it.
        while len(kept) > 1 and kept[-1][0] == now_ms:
            kept.pop()
        while len(kept) > 1 and kept[1][0] <= now_ms - self.age_ms:
            kept.pop(0)
        kept.append((now_ms, snapshot))

    def as_of(self, account: str, moment_ms: int) -> tuple[int, AccountReads] | None:
        """The copy that was true at `moment_ms`, or the oldest there is."""
        kept = self.copies.get(account, [])
        true_then = [entry for entry in kept if entry[0] <= moment_ms]
        return true_then[-1] if true_then else next(iter(kept), None)


class Memory:
    """Copies accounts while a stale read can ask for them."""

    def __init__(self, switchboard: Switchboard, exchange: Exchange) -> None:
        self._exchange = exchange
        self._recordings: dict[int, Recording] = {}
        self._listens = False
        switchboard.handle("rest.stale", Effect(self._start, self._stop))

    def recall(self, activation: Activation, event: FaultEvent) -> AccountReads | None:
        """The account of `event` as it was; None if the fault does not know it."""
        recording = self._recordings.get(activation.injection.id)
        moment_ms = self._exchange.now_ms - activation.whole("age_ms")
        found = recording.as_of(event.account, moment_ms) if recording else None
        if found is None:
            return None
        since_ms, snapshot = found
        return snapshot.at(max(since_ms, moment_ms))

    def _happened(self, event: Event) -> None:
        if not self._recordings or isinstance(event, TickHappened):
            return
        concerned = [one for one in self._recordings.values() if one.concerns(event.account)]
        if concerned:
            self._copy(concerned, event.account)

    def _copy(self, recordings: list[Recording], account: str) -> None:
        snapshot = self._exchange.snapshot(account)
        for recording in recordings:
            recording.keep(account, self._exchange.now_ms, snapshot)

    def _start(self, activation: Activation) -> str:
        if not self._listens:  # not before: every event of the exchange would cost a call
            self._exchange.subscribe(self._happened)
            self._listens = True
        recording = Recording(activation.injection.match.account, activation.whole("age_ms"))
        self._recordings[activation.injection.id] = recording
        accounts = [name for name in self._exchange.accounts if recording.concerns(name)]
        for account in accounts:
            self._copy([recording], account)
        return f"remembers {len(accounts)} accounts from now on"

    def _stop(self, activation: Activation) -> None:
        self._recordings.pop(activation.injection.id, None)

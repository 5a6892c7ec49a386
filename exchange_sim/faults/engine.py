"""Plugs the switchboard into the engine: what it asks about is claimed, what acts is handled."""

from dataclasses import dataclass

from exchange_sim.engine.disturbances import FAR_MS, Circumstance, Disturbance
from exchange_sim.engine.exchange import Exchange
from exchange_sim.faults.engine_account import account_effects
from exchange_sim.faults.engine_market import end_left_over_changes, market_effects
from exchange_sim.faults.injection import FaultEvent
from exchange_sim.faults.switchboard import Switchboard
from exchange_sim.market.feed import Market


def plug_in(switchboard: Switchboard, exchange: Exchange, market: Market) -> None:
    """Let the faults of `engine_kinds` act on `exchange` and its market from now on.

    The journal must have been repeated before. Lasting changes of the market that an earlier life
    of the exchange left behind end here: nothing is left that could switch them off.
    """
    for name, effect in account_effects(exchange, market).items():
        switchboard.handle(name, effect)
    for name, effect in market_effects(exchange, market).items():
        switchboard.handle(name, effect)
    end_left_over_changes(exchange, market)
    exchange.disturb(EngineFaults(switchboard, exchange))


@dataclass(slots=True)
class EngineFaults:
    """The engine's Disturbances, decided by the switchboard."""

    switchboard: Switchboard
    exchange: Exchange
    _attending: bool = False

    @property
    def is_quiet(self) -> bool:
        """Whether no fault is on."""
        return not self.switchboard.is_on

    @property
    def next_ms(self) -> int:
        """The next market moment at which a fault begins or ends."""
        if not self.switchboard.is_on:
            return FAR_MS
        due_ms = self.switchboard.next_due_ms()
        return FAR_MS if due_ms is None else due_ms

    def strike(self, names: frozenset[str], circumstance: Circumstance) -> Disturbance | None:
        """The fault that strikes now; it is in the fault log then."""
        event = FaultEvent(
            now_ms=circumstance.now_ms,
            account=circumstance.account,
            symbol=circumstance.symbol,
            side=circumstance.side,
            link_id=circumstance.link_id,
        )
        return self.switchboard.claim(names, event)

    def attend(self) -> None:
        """Begin and end the faults whose moment has come."""
        # What a fault does is a command, after which the engine calls here again.
        if self._attending or not self.switchboard.is_on:
            return
        self._attending = True
        try:
            self.switchboard.run_due(self.exchange.now_ms)
        finally:
            self._attending = False

"""The state every part of the exchange shares, and the few verbs that touch all of it."""

from dataclasses import dataclass, field

from exchange_sim.engine.accounts import Account
from exchange_sim.engine.errors import invalid
from exchange_sim.engine.identifiers import Identifiers
from exchange_sim.engine.ledger import Ledger
from exchange_sim.engine.market_feed import MarketFeed
from exchange_sim.engine.matching import MatchingPolicy
from exchange_sim.engine.model import FeeRates
from exchange_sim.engine.outbox import Outbox
from exchange_sim.market.values import Instrument, Tick


@dataclass(slots=True)
class Venue:
    """One market, its clock, and every account on it.

    `live` holds the symbols whose price moves matter to an open order or position: all others
    are skipped when the clock moves.
    """

    feed: MarketFeed
    fees: FeeRates
    matching: MatchingPolicy
    now_ms: int
    instruments: dict[str, Instrument]
    ticks: dict[str, Tick] = field(default_factory=dict)
    accounts: dict[str, Account] = field(default_factory=dict)
    ledger: Ledger = field(default_factory=Ledger)
    ids: Identifiers = field(default_factory=Identifiers)
    outbox: Outbox = field(default_factory=Outbox)
    live: set[str] = field(default_factory=set)

    def instrument(self, symbol: str) -> Instrument:
        """The trading rules of `symbol`. Raises: VenueError 10001 if it is not listed."""
        found = self.instruments.get(symbol)
        if found is None:
            listed = ", ".join(self.instruments)
            raise invalid(f"params error: symbol invalid: {symbol!r} is not one of {listed}")
        return found

    def tick(self, symbol: str) -> Tick:
        """The prices of `symbol` now."""
        found = self.ticks.get(symbol)
        if found is None:
            found = self.ticks[symbol] = self.feed.tick_at(symbol, self.now_ms)
        return found

    def account(self, account_id: str) -> Account:
        """The account. Raises: VenueError 10001 if it was never opened."""
        found = self.accounts.get(account_id)
        if found is None:
            raise invalid(f"account {account_id!r} does not exist; open it first")
        return found

    def settle_interest(self, symbol: str) -> None:
        """Decide again whether price moves of `symbol` matter to anybody."""
        if any(account.is_interested(symbol) for account in self.accounts.values()):
            self.live.add(symbol)
        else:
            self.live.discard(symbol)

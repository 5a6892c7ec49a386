"""The state every part of the exchange shares, and the few verbs that touch all of it."""

from dataclasses import dataclass, field

from exchange_sim.engine.accounts import Account
from exchange_sim.engine.agenda import Agenda
from exchange_sim.engine.disturbances import NONE, Circumstance, Disturbance, Disturbances
from exchange_sim.engine.errors import invalid
from exchange_sim.engine.event_log import EventLog
from exchange_sim.engine.identifiers import Identifiers
from exchange_sim.engine.ledger import Ledger
from exchange_sim.engine.market_feed import MarketFeed
from exchange_sim.engine.matching import MatchingPolicy
from exchange_sim.engine.model import FeeRates
from exchange_sim.engine.order_model import Order
from exchange_sim.engine.outbox import Outbox
from exchange_sim.engine.stages import StagePlan
from exchange_sim.market.values import Instrument, Tick


@dataclass(slots=True)
class Venue:
    """One market, its clock, and every account on it.

    `live` holds the symbols whose price moves matter to an open order or position: all others
    are skipped when the clock moves. `plans`, `held` and `childless` hold order ids: of orders
    that fill in stages, that the market passes over, and of entries without their stops.
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
    log: EventLog | None = None
    agenda: Agenda = field(default_factory=Agenda)
    disturbances: Disturbances = NONE
    plans: dict[str, StagePlan] = field(default_factory=dict)
    held: set[str] = field(default_factory=set)
    childless: set[str] = field(default_factory=set)

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

    def trouble(self, names: frozenset[str], account: Account, order: Order) -> Disturbance | None:
        """What of `names` shall go wrong with `order` now; as a rule nothing."""
        if self.disturbances.is_quiet:
            return None
        # A stop or target is found by the link id of the entry it came with.
        link_id = order.link_id or order.parent_link_id
        return self.disturbances.strike(
            names,
            Circumstance(self.now_ms, account.account_id, order.symbol, order.side, link_id),
        )

    def settle_interest(self, symbol: str) -> None:
        """Decide again whether price moves of `symbol` matter to anybody."""
        if any(account.is_interested(symbol) for account in self.accounts.values()):
            self.live.add(symbol)
        else:
            self.live.discard(symbol)

"""Everything an account can be asked; pure reads, histories newest first and complete."""

from collections.abc import Iterator
from decimal import Decimal

from exchange_sim.engine.event_log import Happening
from exchange_sim.engine.fingerprint import fingerprint
from exchange_sim.engine.model import (
    ClosedPnl,
    Execution,
    FeeRates,
    Position,
    Transaction,
    Wallet,
)
from exchange_sim.engine.order_model import Order
from exchange_sim.engine.snapshots import revalued, snapshot_of
from exchange_sim.engine.valuation import position_view, wallet_view
from exchange_sim.engine.venue import Venue
from exchange_sim.engine.vocabulary import PositionMode


class AccountReads:
    """The queries of the exchange. An unknown account or symbol is a VenueError 10001."""

    def __init__(self, venue: Venue) -> None:
        self._venue = venue

    @property
    def now_ms(self) -> int:
        """The market clock."""
        return self._venue.now_ms

    @property
    def accounts(self) -> list[str]:
        """The ids of the open accounts."""
        return list(self._venue.accounts)

    def order(self, account: str, *, order_id: str = "", link_id: str = "") -> Order | None:
        """One order in any state; the order id wins over the link id."""
        return self._venue.account(account).orders.find(order_id, link_id)

    def orders(self, account: str) -> Iterator[Order]:
        """Every order of the account, protective children included, newest first."""
        return self._venue.account(account).orders.newest_first()

    def open_orders(self, account: str, symbol: str | None = None) -> list[Order]:
        """Orders that can still change, newest first."""
        orders = self._venue.account(account).orders
        symbols = orders.open_symbols() if symbol is None else [symbol]
        found = [order for name in symbols for order in reversed(orders.open(name))]
        # Stable: orders of one millisecond stay newest first within their symbol.
        return sorted(found, key=lambda order: order.created_ms, reverse=True)

    def closed_orders(self, account: str) -> Iterator[Order]:
        """Finished orders, newest first by creation; the caller limits the window."""
        return (order for order in self.orders(account) if not order.is_open)

    def executions(self, account: str) -> Iterator[Execution]:
        """Fills, forced closes and funding payments, newest first."""
        return reversed(self._venue.account(account).executions)

    def positions(self, account: str, symbol: str | None = None) -> list[Position]:
        """Rows of `symbol`, flat ones too (two in hedge mode); without one, all open positions."""
        owner = self._venue.account(account)
        if symbol is None:
            holdings = owner.open_holdings()
        else:
            indices = owner.position_indices(self._venue.instrument(symbol).symbol)
            holdings = [owner.holding(symbol, position_idx) for position_idx in indices]
        return [position_view(self._venue, owner, holding) for holding in holdings]

    def wallet(self, account: str) -> Wallet:
        """The wallet valued at the present mark prices."""
        return wallet_view(self._venue, self._venue.account(account))

    def transactions(self, account: str) -> Iterator[Transaction]:
        """The transaction log, newest first."""
        return reversed(self._venue.account(account).transactions)

    def closed_pnls(self, account: str) -> Iterator[ClosedPnl]:
        """One row per closing order, newest first."""
        return reversed(self._venue.account(account).closed_pnls.values())

    def fee_rate(self, account: str, symbol: str) -> FeeRates:
        """What fills of `symbol` cost the account."""
        self._venue.instrument(symbol)
        return self._venue.account(account).fees

    def position_mode(self, account: str, symbol: str) -> PositionMode:
        """One-way or hedge."""
        return self._venue.account(account).mode(self._venue.instrument(symbol).symbol)

    def leverage(self, account: str, symbol: str) -> Decimal:
        """The leverage set for the symbol."""
        return self._venue.account(account).leverage(self._venue.instrument(symbol).symbol)

    def counter_accounts(self) -> dict[str, Decimal]:
        """Balances of the venue's own side (fees, funding, insurance, market, outside).

        With the wallets of all accounts they sum to exactly zero.
        """
        return {str(name): amount for name, amount in self._venue.ledger.counters.items()}

    def happenings(self, account: str = "", after: int = 0) -> Iterator[Happening]:
        """What happened to one account (to all without one), oldest first, from `after` on.

        Empty unless the exchange was opened with rules that keep events.
        """
        log = self._venue.log
        return iter(()) if log is None else log.happenings(account, after)

    def snapshot(self, account: str) -> "AccountReads":
        """The account as it is now, unmoved by what happens later."""
        return AccountReads(snapshot_of(self._venue, account))

    def at(self, now_ms: int) -> "AccountReads":
        """The same state at the prices of another moment."""
        return AccountReads(revalued(self._venue, now_ms))

    def state_hash(self) -> str:
        """A digest of the whole state: equal if and only if two venues are in the same state."""
        return fingerprint(self._venue)

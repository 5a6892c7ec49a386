"""Copies of one account as it is now, for reads that shall not see what happens later."""

from copy import copy
from dataclasses import fields, replace

from exchange_sim.engine.accounts import Account
from exchange_sim.engine.ledger import Ledger
from exchange_sim.engine.order_store import OrderStore
from exchange_sim.engine.venue import Venue


def snapshot_of(venue: Venue, account_id: str) -> Venue:
    """A venue with nothing but a copy of the account; the market behind it is the same."""
    account = venue.account(account_id)
    ledger = Ledger()
    ledger.wallets[account_id] = venue.ledger.wallets[account_id]
    return replace(venue, accounts={account_id: _copy_of(account)}, ledger=ledger, ticks={})


def revalued(venue: Venue, now_ms: int) -> Venue:
    """The same accounts at the prices of another moment."""
    return replace(venue, now_ms=now_ms, ticks={})


def _copy_of(account: Account) -> Account:
    """Its containers are copied; what they hold is frozen."""
    orders = OrderStore()
    for order in reversed(list(account.orders.newest_first())):
        orders.put(order)
    others = [field.name for field in fields(account) if field.name != "orders"]
    copies = {name: copy(getattr(account, name)) for name in others}
    return replace(account, orders=orders, **copies)

"""Puts what happened into the outbox, as rows computed at that moment."""

from exchange_sim.engine.accounts import Account
from exchange_sim.engine.events import (
    ExecutionHappened,
    OrderUpdated,
    PositionUpdated,
    WalletUpdated,
)
from exchange_sim.engine.model import Execution
from exchange_sim.engine.order_model import Order
from exchange_sim.engine.valuation import position_view, wallet_view
from exchange_sim.engine.venue import Venue


def announce_order(venue: Venue, account: Account, order: Order) -> None:
    """Tell that `order` was created or changed."""
    if venue.outbox.is_heard:
        venue.outbox.add(OrderUpdated(account.account_id, order))


def announce_execution(venue: Venue, account: Account, execution: Execution) -> None:
    """Tell of a fill or a funding payment."""
    if venue.outbox.is_heard:
        venue.outbox.add(ExecutionHappened(account.account_id, execution))


def announce_position(venue: Venue, account: Account, symbol: str, position_idx: int) -> None:
    """Tell the present position row."""
    if venue.outbox.is_heard:
        view = position_view(venue, account, account.holding(symbol, position_idx))
        venue.outbox.add(PositionUpdated(account.account_id, view))


def announce_wallet(venue: Venue, account: Account) -> None:
    """Tell the present wallet."""
    if venue.outbox.is_heard:
        venue.outbox.add(WalletUpdated(account.account_id, wallet_view(venue, account)))

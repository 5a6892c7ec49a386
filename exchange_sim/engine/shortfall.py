"""Fills a wallet up to zero from the insurance account: nobody owes the venue anything."""

from exchange_sim.engine.accounts import Account
from exchange_sim.engine.announcing import announce_wallet
from exchange_sim.engine.ledger import Counter
from exchange_sim.engine.transactions import book_cash
from exchange_sim.engine.venue import Venue
from exchange_sim.engine.vocabulary import TransactionType


def cover_shortfall(venue: Venue, account: Account) -> None:
    """Book what a flat account is below zero as a LIQUIDATION row paid by the insurance."""
    balance = venue.ledger.wallets[account.account_id]
    if balance >= 0 or account.open_holdings():
        return
    venue.ledger.move(account.account_id, -balance, Counter.INSURANCE)
    book_cash(venue, account, TransactionType.LIQUIDATION, -balance)
    announce_wallet(venue, account)

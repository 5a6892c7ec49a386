"""Money that enters or leaves an account."""

from decimal import Decimal

from exchange_sim.engine.accounts import Account
from exchange_sim.engine.announcing import announce_wallet
from exchange_sim.engine.errors import RetCode, VenueError, invalid
from exchange_sim.engine.ledger import Counter
from exchange_sim.engine.money import booked
from exchange_sim.engine.order_model import ZERO
from exchange_sim.engine.transactions import book_cash
from exchange_sim.engine.valuation import available_balance
from exchange_sim.engine.venue import Venue
from exchange_sim.engine.vocabulary import TransactionType


def check_amount(amount: Decimal) -> Decimal:
    """`amount` if it can be paid: above zero, at most 8 decimals. Raises: VenueError 10001."""
    if not amount.is_finite() or amount <= 0 or amount != booked(amount):
        raise invalid(f"amount invalid: {amount}; it must be above 0 with at most 8 decimals")
    return amount


def check_withdrawal(venue: Venue, account: Account, amount: Decimal) -> Decimal:
    """`amount` if it is available. Raises: VenueError 10001 or 131001."""
    # Unrealised profit is not money yet: it cannot be taken out.
    balance = venue.ledger.wallets[account.account_id]
    most = max(ZERO, min(balance, available_balance(venue, account)))
    if check_amount(amount) > most:
        raise VenueError(
            RetCode.WITHDRAW_TOO_LARGE, f"cannot withdraw {amount} USDT: {most:.8f} are available"
        )
    return amount


def deposit(venue: Venue, account: Account, amount: Decimal) -> None:
    """Pay a checked amount in."""
    venue.ledger.move(account.account_id, amount, Counter.OUTSIDE)
    book_cash(venue, account, TransactionType.TRANSFER_IN, amount)
    announce_wallet(venue, account)


def grant_bonus(venue: Venue, account: Account, amount: Decimal) -> None:
    """Give a checked amount that no transfer brought."""
    venue.ledger.move(account.account_id, amount, Counter.OUTSIDE)
    book_cash(venue, account, TransactionType.BONUS, amount)
    announce_wallet(venue, account)


def withdraw(venue: Venue, account: Account, amount: Decimal) -> None:
    """Take a checked amount out."""
    venue.ledger.move(account.account_id, -amount, Counter.OUTSIDE)
    book_cash(venue, account, TransactionType.TRANSFER_OUT, -amount)
    announce_wallet(venue, account)

"""Who has how much: double entry, so that the sum over all accounts is exactly zero."""

from collections import defaultdict
from decimal import Decimal
from enum import StrEnum

from exchange_sim.engine.money import booked


class Counter(StrEnum):
    """The venue's own accounts on the other side of every booking."""

    OUTSIDE = "outside"  # where deposits come from and withdrawals go
    FEES = "fees"
    FUNDING = "funding"
    MARKET = "market"  # the counterparty of every fill
    INSURANCE = "insurance"


class Ledger:
    """Balances in USDT, changed only by `move`."""

    def __init__(self) -> None:
        self.wallets: defaultdict[str, Decimal] = defaultdict(Decimal)
        self.counters: dict[Counter, Decimal] = dict.fromkeys(Counter, Decimal(0))

    def move(self, account: str, amount: Decimal, counter: Counter) -> None:
        """Book `amount` into the wallet of `account` (negative: out of it) against `counter`.

        The amount must already be rounded by `money.booked`: what is booked is what is printed.
        """
        if amount != booked(amount):
            message = f"{amount} has more than 8 decimals; round it with money.booked first"
            raise ValueError(message)
        self.wallets[account] += amount
        self.counters[counter] -= amount

    def shift(self, giver: Counter, taker: Counter, amount: Decimal) -> None:
        """Book `amount` between two of the venue's own accounts."""
        self.counters[giver] -= amount
        self.counters[taker] += amount

    def total(self) -> Decimal:
        """The sum over all accounts; anything but zero is a bug."""
        return sum(self.wallets.values(), Decimal(0)) + sum(self.counters.values())

"""A digest of everything the venue knows, to prove that two of them are in the same state."""

from collections.abc import Iterator
from hashlib import sha256

from exchange_sim.engine.accounts import Account
from exchange_sim.engine.venue import Venue


def fingerprint(venue: Venue) -> str:
    """SHA-256 of clock, counters, balances and all accounts with their whole history."""
    digest = sha256()
    for part in _parts(venue):
        digest.update(repr(part).encode())
    return digest.hexdigest()


def _parts(venue: Venue) -> Iterator[object]:
    yield venue.now_ms, venue.ids.issued, sorted(venue.ids.sequences.items())
    yield sorted(venue.ledger.wallets.items()), sorted(venue.ledger.counters.items())
    for _, account in sorted(venue.accounts.items()):
        yield from _account_parts(account)


def _account_parts(account: Account) -> Iterator[object]:
    yield account.account_id, sorted(account.modes.items()), sorted(account.leverages.items())
    yield from account.orders.newest_first()
    yield from account.holdings.values()
    yield from account.executions
    yield from account.transactions
    yield from account.closed_pnls.values()

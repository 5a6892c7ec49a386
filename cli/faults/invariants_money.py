"""Money: conserved at the exchange, and booked by us to the last digit."""

from collections.abc import Iterator
from decimal import Decimal

from cli.faults.evidence import Evidence, Violation
from cli.faults.truth import Row

_EXACT = Decimal("1e-8")


def money_is_conserved(evidence: Evidence) -> Iterator[Violation]:
    """I7: the wallet is the sum of its rows, deposits too; all books of the venue sum to zero."""
    truth = evidence.truth
    balance = Decimal(truth.wallet["coin"][0]["walletBalance"])
    changes = sum((Decimal(row["change"]) for row in truth.transactions), Decimal(0))
    if abs(balance - changes) > _EXACT:
        yield Violation("I7", f"wallet {balance} is not {changes}, the sum of its rows")
    everything = sum(truth.wallets.values()) + sum(truth.counter_accounts.values())
    if everything != 0:
        yield Violation("I7", f"all books of the venue sum to {everything}, not 0")


def same_ledger(evidence: Evidence) -> Iterator[Violation]:
    """I8: every row of the transaction log is in our ledger, with the same amounts."""
    theirs = {
        _name(row): tuple(Decimal(row[name] or 0) for name in ("cashFlow", "funding", "fee"))
        for row in evidence.truth.transactions
    }
    ours = {
        row.transaction_id: (row.cash_flow_usdt, row.funding_usdt, row.fee_usdt)
        for row in evidence.memory.transactions
    }
    # What happened before the first sync of the account belongs to nobody's ledger.
    late = {key for key in theirs if key not in ours and not _is_opening(evidence, key)}
    if late:
        yield Violation(
            "I8", f"{len(late)} transactions are not in the ledger: {sorted(late)[:3]}"
        )
    for key, amounts in ours.items():
        if key not in theirs:
            yield Violation("I8", f"ledger row {key} is nowhere at the exchange")
        elif any(abs(a - b) > _EXACT for a, b in zip(amounts, theirs[key], strict=True)):
            yield Violation("I8", f"ledger row {key} has {amounts}, the exchange {theirs[key]}")


def equity_identity(evidence: Evidence) -> Iterator[Violation]:
    """I9: equity is wallet balance and unrealised P&L; nothing is available below zero."""
    wallet = evidence.truth.wallet
    coin = wallet["coin"][0]
    parts = Decimal(coin["walletBalance"]) + Decimal(coin["unrealisedPnl"])
    if abs(Decimal(coin["equity"]) - parts) > _EXACT:
        yield Violation("I9", f"equity {coin['equity']} is not {parts}")
    if Decimal(wallet["totalAvailableBalance"]) < 0:
        yield Violation("I9", f"available balance is {wallet['totalAvailableBalance']}")


def closed_pnl_explains_equity(evidence: Evidence) -> Iterator[Violation]:
    """I18: closed P&L, funding and what open positions paid are the change without transfers."""
    truth = evidence.truth
    trades = [row for row in truth.transactions if row["type"] not in _PAID_IN]
    changes = sum((Decimal(row["change"]) for row in trades), Decimal(0))
    closed = sum((Decimal(row["closedPnl"]) for row in truth.closed_pnl), Decimal(0))
    funding = sum((Decimal(row["funding"] or 0) for row in trades), Decimal(0))
    if truth.held:
        return  # fees of what is still open belong to no closing order yet
    if abs(changes - closed - funding) > Decimal("1e-6"):
        yield Violation("I18", f"changes {changes}, closed P&L {closed}, funding {funding}")


_PAID_IN = frozenset({"TRANSFER_IN", "TRANSFER_OUT", "BONUS", "FEE_REFUND"})


def _is_opening(evidence: Evidence, key: str) -> bool:
    row = next(row for row in evidence.truth.transactions if _name(row) == key)
    first = min(int(one["transactionTime"]) for one in evidence.truth.transactions)
    return row["type"] in _PAID_IN and int(row["transactionTime"]) == first


def _name(row: Row) -> str:
    """An id is not unique: the rows of one order share it."""
    return ":".join(part for part in (row["id"], row["tradeId"]) if part)

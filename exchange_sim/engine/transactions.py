"""Rows of the transaction log: `change` is what the ledger booked, `cash_balance` what it left."""

from decimal import Decimal

from exchange_sim.engine.accounts import Account
from exchange_sim.engine.model import Execution, Transaction
from exchange_sim.engine.order_model import ZERO
from exchange_sim.engine.venue import Venue
from exchange_sim.engine.vocabulary import ExecType, Side, TransactionType

_KINDS = {
    ExecType.TRADE: TransactionType.TRADE,
    ExecType.BUST_TRADE: TransactionType.LIQUIDATION,
    ExecType.ADL_TRADE: TransactionType.ADL,
    ExecType.SETTLE: TransactionType.DELIVERY,
}


def book_trade(venue: Venue, account: Account, execution: Execution, size: Decimal) -> None:
    """The row of a fill or a forced close; `size` is the signed position after it."""
    account.transactions.append(
        Transaction(
            transaction_id=venue.ids.next_uuid(),
            type=_KINDS[execution.exec_type],
            time_ms=execution.time_ms,
            change=execution.realised - execution.fee,
            cash_balance=venue.ledger.wallets[account.account_id],
            symbol=execution.symbol,
            side=execution.side,
            quantity=execution.quantity,
            size=size,
            price=execution.price,
            cash_flow=execution.realised,
            fee=execution.fee,
            fee_rate=execution.fee_rate,
            trade_id=execution.execution_id,
            order_id=execution.order_id,
            order_link_id=execution.order_link_id,
        )
    )


def book_settlement(venue: Venue, account: Account, execution: Execution) -> None:
    """The row of a funding payment; `funding` > 0 was received, the rate of a short is negated."""
    side = execution.side
    account.transactions.append(
        Transaction(
            transaction_id=venue.ids.next_uuid(),
            type=TransactionType.SETTLEMENT,
            time_ms=execution.time_ms,
            change=-execution.fee,
            cash_balance=venue.ledger.wallets[account.account_id],
            symbol=execution.symbol,
            side=side,
            quantity=execution.quantity,
            size=execution.quantity * side.sign,
            price=execution.price,
            funding=-execution.fee,
            fee_rate=execution.fee_rate if side is Side.BUY else -execution.fee_rate,
            trade_id=execution.execution_id,
            order_id=execution.order_id,
        )
    )


def book_cash(venue: Venue, account: Account, kind: TransactionType, amount: Decimal) -> None:
    """The row of money that came or went without a trade."""
    account.transactions.append(
        Transaction(
            transaction_id=venue.ids.next_uuid(),
            type=kind,
            time_ms=venue.now_ms,
            change=amount,
            cash_balance=venue.ledger.wallets[account.account_id],
            quantity=abs(amount),
            size=ZERO,
            cash_flow=amount,
        )
    )

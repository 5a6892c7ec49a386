"""Transaction log rows: account/transaction-log (spec 2.2)."""

from exchange_sim.engine.model import Transaction
from exchange_sim.engine.vocabulary import TransactionType
from exchange_sim.server.numbers import Row, amount, plain


def transaction_row(transaction: Transaction) -> Row:
    """The row of one booking; `funding` is empty except on settlements."""
    settles = transaction.type is TransactionType.SETTLEMENT
    return {
        "id": transaction.transaction_id,
        "symbol": transaction.symbol,
        "category": "linear" if transaction.symbol else "",
        "side": transaction.side.value if transaction.side else "None",
        "transactionTime": str(transaction.time_ms),
        "type": transaction.type.value,
        "transSubType": "",
        "qty": plain(transaction.quantity),
        "size": plain(transaction.size),
        "currency": "USDT",
        "tradePrice": plain(transaction.price),
        "funding": amount(transaction.funding) if settles else "",
        "fee": amount(transaction.fee),
        "cashFlow": amount(transaction.cash_flow),
        "change": amount(transaction.change),
        "cashBalance": amount(transaction.cash_balance),
        "feeRate": plain(transaction.fee_rate),
        "bonusChange": "",
        "tradeId": transaction.trade_id,
        "orderId": transaction.order_id,
        "orderLinkId": transaction.order_link_id,
        "extraFees": "",
    }

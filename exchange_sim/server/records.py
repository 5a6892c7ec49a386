"""The exchange's own records for auditors: everything ever, in the rows clients know."""

from decimal import Decimal

from exchange_sim.engine.event_log import Happening
from exchange_sim.engine.exchange import Exchange
from exchange_sim.engine.order_model import Order
from exchange_sim.server.numbers import Row, plain
from exchange_sim.server.rows.closed_pnl_rows import closed_pnl_row
from exchange_sim.server.rows.execution_rows import execution_push
from exchange_sim.server.rows.order_rows import order_push
from exchange_sim.server.rows.position_rows import position_row
from exchange_sim.server.rows.transaction_rows import transaction_row
from exchange_sim.server.rows.wallet_rows import wallet_row


def records(exchange: Exchange) -> Row:
    """All accounts and the venue's own side; lists newest first, but `events` oldest first.

    The wallets and `counter_accounts` together sum to exactly zero (spec 7.1, I7).
    """
    counters = exchange.counter_accounts()
    return {
        "now_ms": exchange.now_ms,
        "accounts": {account: _account(exchange, account) for account in exchange.accounts},
        "counter_accounts": {name: plain(balance) for name, balance in counters.items()},
        "state_hash": exchange.state_hash(),
    }


def account_records(exchange: Exchange, account: str) -> Row:
    """One account only: fast even where hundreds are open."""
    return {"now_ms": exchange.now_ms, "accounts": {account: _account(exchange, account)}}


def _account(exchange: Exchange, account: str) -> Row:
    return {
        "orders": [_order(order) for order in exchange.orders(account)],
        "executions": [execution_push(one) for one in exchange.executions(account)],
        "positions": [position_row(one) for one in exchange.positions(account)],
        "wallet": wallet_row(exchange.wallet(account)),
        "transactions": [transaction_row(one) for one in exchange.transactions(account)],
        "closed_pnl": [closed_pnl_row(one) for one in exchange.closed_pnls(account)],
        "events": [_event(one) for one in exchange.happenings(account)],
    }


def _order(order: Order) -> Row:
    """The pushed row and whose child or twin the order is, which no client is told."""
    return order_push(order) | {"parentOrderId": order.parent_id, "twinOrderId": order.twin_id}


def _event(entry: Happening) -> Row:
    """One entry of the event log: what the venue did, to the market millisecond (I5)."""
    return {
        "sequence": entry.sequence,
        "at_ms": entry.at_ms,
        "kind": entry.kind,
        "account": entry.account,
        "symbol": entry.symbol,
        "detail": {
            name: plain(value) if isinstance(value, Decimal) else value
            for name, value in entry.detail.items()
        },
    }

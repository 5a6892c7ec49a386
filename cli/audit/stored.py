"""What our database says, as facts that can be compared."""

from collections.abc import Iterable

from cli.audit.comparison import Book, Facts
from trading.account import Wallet
from trading.executions import Execution
from trading.orders import Order
from trading.positions import Position


def order_book(orders: Iterable[Order]) -> Book:
    """Orders by the exchange's id."""
    return {order.order_id: _order(order) for order in orders}


def execution_book(executions: Iterable[Execution]) -> Book:
    """Executions by the exchange's id."""
    return {execution.execution_id: _execution(execution) for execution in executions}


def position_book(positions: Iterable[Position]) -> Book:
    """Open positions by symbol and index."""
    return {f"{one.symbol}/{one.position_index:d}": _position(one) for one in positions}


def wallet_book(wallet: Wallet | None) -> Book:
    """The wallet, if there is one, under the name of its coin."""
    return {} if wallet is None else {"USDT": _wallet(wallet)}


def _order(order: Order) -> Facts:
    return {
        "link id": order.link_id,
        "parent link id": order.parent_link_id,
        "symbol": order.symbol,
        "side": order.side.value,
        "type": order.order_type.value,
        "status": order.status.value,
        "quantity": order.quantity,
        "filled quantity": order.filled_quantity,
        "price": order.price,
        "average price": order.average_price,
        "trigger price": order.trigger_price,
        "stop loss": order.stop_loss,
        "take profit": order.take_profit,
        "stop kind": None if order.stop_kind is None else order.stop_kind.value,
        "reduce only": order.reduce_only,
        "position index": int(order.position_index),
        "created at": order.created_at,
        "updated at": order.updated_at,
        "reject reason": order.reject_reason,
        "cancel type": order.cancel_type,
    }


def _execution(execution: Execution) -> Facts:
    return {
        "order id": execution.order_id,
        "link id": execution.link_id,
        "symbol": execution.symbol,
        "side": execution.side.value,
        "kind": execution.kind.value,
        "price": execution.price,
        "quantity": execution.quantity,
        "value": execution.value_usdt,
        "fee": execution.fee_usdt,
        "fee rate": execution.fee_rate,
        "is maker": execution.is_maker,
        "closed quantity": execution.closed_quantity,
        "executed at": execution.executed_at,
        "sequence": execution.sequence,
    }


def _position(position: Position) -> Facts:
    return {
        "direction": position.direction.value,
        "quantity": position.quantity,
        "entry price": position.entry_price,
        "mark price": position.mark_price,
        "leverage": position.leverage,
        "unrealised P&L": position.unrealised_pnl_usdt,
        "stop loss": position.stop_loss,
        "take profit": position.take_profit,
        "liquidation price": position.liquidation_price,
        "updated at": position.updated_at,
        "sequence": position.sequence,
    }


def _wallet(wallet: Wallet) -> Facts:
    return {
        "equity": wallet.equity_usdt,
        "wallet balance": wallet.wallet_balance_usdt,
        "available": wallet.available_usdt,
        "unrealised P&L": wallet.unrealised_pnl_usdt,
        "initial margin": wallet.initial_margin_usdt,
        "maintenance margin": wallet.maintenance_margin_usdt,
    }

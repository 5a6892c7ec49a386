"""The result of each closing order, one row that grows with its fills (spec section 2.3)."""

from dataclasses import replace

from exchange_sim.engine.accounts import Account
from exchange_sim.engine.holdings import Effect
from exchange_sim.engine.model import ClosedPnl, Execution
from exchange_sim.engine.order_model import ZERO, Order


def book_closed_pnl(account: Account, order: Order, execution: Execution, effect: Effect) -> None:
    """Add the closed part of a fill to the row of its order; nothing if it closed nothing."""
    if not effect.closed_size:
        return
    row = account.closed_pnls.get(order.order_id) or _fresh(account, order, execution)
    account.closed_pnls[order.order_id] = replace(
        row,
        closed_size=row.closed_size + effect.closed_size,
        entry_value=row.entry_value + effect.entry_value,
        exit_value=row.exit_value + effect.closed_size * execution.price,
        pnl=row.pnl + effect.closed_pnl,
        open_fee=row.open_fee + effect.open_fee,
        close_fee=row.close_fee + effect.close_fee,
        fill_count=row.fill_count + 1,
        updated_ms=execution.time_ms,
    )


def _fresh(account: Account, order: Order, execution: Execution) -> ClosedPnl:
    return ClosedPnl(
        symbol=order.symbol,
        order_id=order.order_id,
        side=order.side,
        quantity=order.quantity,
        order_price=order.price or ZERO,
        order_type=order.order_type,
        exec_type=execution.exec_type,
        closed_size=ZERO,
        entry_value=ZERO,
        exit_value=ZERO,
        pnl=ZERO,
        open_fee=ZERO,
        close_fee=ZERO,
        fill_count=0,
        leverage=account.leverage(order.symbol),
        created_ms=execution.time_ms,
        updated_ms=execution.time_ms,
    )

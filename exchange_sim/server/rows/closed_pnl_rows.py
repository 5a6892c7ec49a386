"""Closed P&L rows: position/closed-pnl (spec 2.3)."""

from exchange_sim.engine.model import ClosedPnl
from exchange_sim.server.numbers import Row, amount, plain


def closed_pnl_row(closed: ClosedPnl) -> Row:
    """What one closing order earned; `side` is the side of that order."""
    return {
        "symbol": closed.symbol,
        "orderId": closed.order_id,
        "side": closed.side.value,
        "qty": plain(closed.quantity),
        "orderPrice": plain(closed.order_price),
        "orderType": closed.order_type.value,
        "execType": closed.exec_type.value,
        "closedSize": plain(closed.closed_size),
        "cumEntryValue": amount(closed.entry_value),
        "avgEntryPrice": amount(closed.average_entry_price),
        "cumExitValue": amount(closed.exit_value),
        "avgExitPrice": amount(closed.average_exit_price),
        "closedPnl": amount(closed.pnl),
        "openFee": amount(closed.open_fee),
        "closeFee": amount(closed.close_fee),
        "fillCount": str(closed.fill_count),
        "leverage": amount(closed.leverage),
        "createdTime": str(closed.created_ms),
        "updatedTime": str(closed.updated_ms),
    }

"""Rows of the position list and of executions as values (bybit_v5.md §2.3, §2.4)."""

from collections.abc import Sequence

from adapters.bybit import words
from adapters.bybit.parsing import Row
from adapters.bybit.rows_orders import position_index
from trading.executions import Execution
from trading.orders import PositionIndex, Side
from trading.positions import Direction, Position, PositionMode


def is_open(row: Row) -> bool:
    """Whether the row holds a position; asked by symbol, Bybit lists flat ones too."""
    return row.number_or_zero("size") > 0


def position(row: Row) -> Position:
    """An open position. Stop, target and liquidation price are None where there is none."""
    side = row.word("side", words.SIDES)
    return Position(
        symbol=row.required_text("symbol"),
        direction=Direction.LONG if side is Side.BUY else Direction.SHORT,
        quantity=row.number("size"),
        entry_price=row.number("avgPrice"),
        mark_price=row.number("markPrice"),
        leverage=row.number("leverage"),
        unrealised_pnl_usdt=row.number_or_zero("unrealisedPnl"),
        updated_at=row.moment("updatedTime"),
        stop_loss=row.price_or_none("stopLoss"),
        take_profit=row.price_or_none("takeProfit"),
        liquidation_price=row.price_or_none("liqPrice"),
        position_index=position_index(row),
        sequence=row.integer("seq", default=-1),
    )


def position_mode(rows: Sequence[Row]) -> PositionMode:
    """One row of index 0 is one-way mode, rows of index 1 and 2 are hedge mode."""
    one_way = all(position_index(row) is PositionIndex.ONE_WAY for row in rows)
    return PositionMode.ONE_WAY if one_way else PositionMode.HEDGE


def execution(row: Row) -> Execution:
    """What happened to a position. Funding comes in the same list; its fee above 0 was paid."""
    return Execution(
        execution_id=row.required_text("execId"),
        order_id=row.text("orderId"),
        link_id=row.text("orderLinkId"),
        symbol=row.required_text("symbol"),
        side=row.word("side", words.SIDES),
        kind=words.execution_kind(row.text("execType")),
        price=row.number("execPrice"),
        quantity=row.number("execQty"),
        value_usdt=row.number("execValue"),
        fee_usdt=row.number("execFee"),
        fee_rate=row.number_or_zero("feeRate"),
        is_maker=row.flag("isMaker"),
        closed_quantity=row.number_or_zero("closedSize"),
        executed_at=row.moment("execTime"),
        sequence=row.integer("seq", default=-1),
    )

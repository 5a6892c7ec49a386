"""Position rows: position/list and the private topic `position` (spec 2.3, 3.2)."""

from exchange_sim.engine.model import Position
from exchange_sim.server.numbers import Row, amount, amount_or_empty, amount_or_zero, plain


def position_row(position: Position) -> Row:
    """The REST row of a position; `side` is empty and `size` 0 when it is flat."""
    return _facts(position) | _margin(position) | _results(position) | _constants()


def position_push(position: Position) -> Row:
    """The row of the private topic: it calls the average price `entryPrice`."""
    row = position_row(position)
    row["entryPrice"] = row.pop("avgPrice")
    return row | {"category": "linear"}


def _facts(position: Position) -> Row:
    return {
        "positionIdx": position.position_idx,
        "symbol": position.symbol,
        "isReduceOnly": position.reduce_only,
        "side": position.side.value if position.side else "",
        "size": plain(position.size),
        "avgPrice": amount(position.average_price),
        "positionValue": amount(position.value),
        "markPrice": plain(position.mark_price),
        "liqPrice": amount_or_empty(position.liquidation_price),
        "breakEvenPrice": amount_or_empty(position.break_even_price),
        "takeProfit": amount_or_zero(position.take_profit),
        "stopLoss": amount_or_zero(position.stop_loss),
        "trailingStop": amount_or_zero(position.trailing_stop),
        "createdTime": str(position.created_ms),
        "updatedTime": str(position.updated_ms),
        "openTime": position.opened_ms,
        "seq": position.seq,
    }


def _margin(position: Position) -> Row:
    initial, maintenance = amount(position.initial_margin), amount(position.maintenance_margin)
    return {
        "leverage": amount(position.leverage),
        "riskId": position.risk_id,
        "riskLimitValue": plain(position.risk_limit_value),
        "positionIM": initial,
        "positionIMByMp": initial,
        "positionMM": maintenance,
        "positionMMByMp": maintenance,
    }


def _results(position: Position) -> Row:
    return {
        "unrealisedPnl": amount(position.unrealised),
        "curRealisedPnl": amount(position.current_realised),
        "cumRealisedPnl": amount(position.cumulative_realised),
    }


def _constants() -> Row:
    """Fields that say the same for every cross-margin linear position of the simulator."""
    return {
        "tradeMode": 0,
        "positionStatus": "Normal",
        "autoAddMargin": 0,
        "adlRankIndicator": 0,
        "positionBalance": "0",
        "bustPrice": "",
        "tpslMode": "Full",
        "sessionAvgPrice": "",
        "delta": "",
        "gamma": "",
        "vega": "",
        "theta": "",
        "mmrSysUpdatedTime": "",
        "leverageSysUpdatedTime": "",
    }

"""Positions: list, leverage, stops and targets, mode, closed P&L (spec 2.3)."""

from exchange_sim.engine.errors import invalid
from exchange_sim.engine.requests import LeverageRequest, ModeRequest, TradingStopRequest
from exchange_sim.server.calls import Call, lists_linear
from exchange_sim.server.messages import Answer
from exchange_sim.server.paging import listing, page
from exchange_sim.server.rows.closed_pnl_rows import closed_pnl_row
from exchange_sim.server.rows.position_rows import position_row
from exchange_sim.server.windows import window_of


@lists_linear
def position_list(call: Call) -> Answer:
    """GET /v5/position/list: rows of a symbol, flat ones too, or all open ones."""
    parameters = call.parameters
    symbol, coin = parameters.symbol(call.market), parameters.text("settleCoin")
    if not symbol and not coin:
        raise invalid("params error: symbol or settleCoin is required")
    foreign_coin = not symbol and coin != "USDT"
    positions = [] if foreign_coin else call.reads.positions(call.account, symbol or None)
    limit = parameters.limit(default=20, maximum=200)
    rows, cursor = page(
        positions,
        lambda position: (0, f"{position.symbol}:{position.position_idx}"),
        limit,
        parameters.text("cursor"),
    )
    return Answer(listing([position_row(row) for row in rows], cursor))


def set_leverage(call: Call) -> Answer:
    """POST /v5/position/set-leverage."""
    call.parameters.require_linear()
    call.exchange.set_leverage(call.account, LeverageRequest.parse(call.parameters.values))
    return Answer()


def trading_stop(call: Call) -> Answer:
    """POST /v5/position/trading-stop."""
    call.parameters.require_linear()
    call.exchange.set_trading_stop(call.account, TradingStopRequest.parse(call.parameters.values))
    return Answer()


def switch_mode(call: Call) -> Answer:
    """POST /v5/position/switch-mode."""
    call.parameters.require_linear()
    call.exchange.switch_mode(call.account, ModeRequest.parse(call.parameters.values))
    return Answer()


@lists_linear
def closed_pnl(call: Call) -> Answer:
    """GET /v5/position/closed-pnl: one row per closing order."""
    parameters = call.parameters
    symbol = parameters.symbol(call.market)
    window = window_of(parameters, call.now_ms)
    closed = (
        row
        for row in call.reads.closed_pnls(call.account)
        if window.covers(row.created_ms) and symbol in {"", row.symbol}
    )
    limit = parameters.limit(default=50, maximum=100)
    rows, cursor = page(
        closed, lambda row: (row.created_ms, row.order_id), limit, parameters.text("cursor")
    )
    return Answer(listing([closed_pnl_row(row) for row in rows], cursor))

"""Public market endpoints: time, candles, books, trades, funding (spec 2.1)."""

from exchange_sim.engine.errors import invalid
from exchange_sim.server.calls import Call
from exchange_sim.server.messages import Answer
from exchange_sim.server.rows.market_rows import (
    funding_row,
    kline_row,
    level_rows,
    mark_kline_row,
    trade_row,
)

INTERVALS = frozenset(["1", "3", "5", "15", "30", "60", "120", "240", "360", "720", "D", "W", "M"])


def server_time(call: Call) -> Answer:
    """GET /v5/market/time."""
    now = call.now_ms
    return Answer({"timeSecond": str(now // 1000), "timeNano": str(now * 1_000_000)})


def kline(call: Call) -> Answer:
    """GET /v5/market/kline."""
    symbol, interval, start, end, limit = _candle_query(call)
    bars = call.market.klines(symbol, interval, start, end, limit, call.now_ms)
    rows = [kline_row(bar) for bar in bars]
    return Answer({"category": "linear", "symbol": symbol, "list": rows})


def mark_price_kline(call: Call) -> Answer:
    """GET /v5/market/mark-price-kline."""
    symbol, interval, start, end, limit = _candle_query(call)
    bars = call.market.mark_klines(symbol, interval, start, end, limit, call.now_ms)
    rows = [mark_kline_row(bar) for bar in bars]
    return Answer({"category": "linear", "symbol": symbol, "list": rows})


def orderbook(call: Call) -> Answer:
    """GET /v5/market/orderbook."""
    call.parameters.require_linear()
    symbol = call.parameters.required_symbol(call.market)
    depth = call.parameters.limit(default=25, maximum=1000)
    book = call.market.book(symbol, call.now_ms, depth)
    moment = call.market.tick_at(symbol, call.now_ms).ts_ms
    return Answer(
        {
            "s": symbol,
            "b": level_rows(book.bids),
            "a": level_rows(book.asks),
            "ts": call.now_ms,
            "u": moment,
            "seq": moment,
            "cts": moment,
        }
    )


def recent_trade(call: Call) -> Answer:
    """GET /v5/market/recent-trade."""
    call.parameters.require_linear()
    symbol = call.parameters.required_symbol(call.market)
    limit = call.parameters.limit(default=500, maximum=1000)
    trades = call.market.recent_trades(symbol, call.now_ms, limit)
    return Answer({"category": "linear", "list": [trade_row(trade) for trade in trades]})


def funding_history(call: Call) -> Answer:
    """GET /v5/market/funding/history; a start alone is refused, as by Bybit."""
    parameters = call.parameters
    parameters.require_linear()
    symbol = parameters.required_symbol(call.market)
    start, end = parameters.integer("startTime"), parameters.integer("endTime")
    if start is not None and end is None:
        raise invalid("params error: endTime invalid: startTime needs an endTime beside it")
    limit = parameters.limit(default=200, maximum=200)
    events = call.market.funding_history(symbol, start, end, limit, call.now_ms)
    return Answer({"category": "linear", "list": [funding_row(event) for event in events]})


def _candle_query(call: Call) -> tuple[str, str, int | None, int | None, int]:
    parameters = call.parameters
    parameters.require_linear(default="linear")
    symbol = parameters.required_symbol(call.market)
    interval = parameters.required("interval")
    if interval not in INTERVALS:
        raise invalid("Invalid period!")
    limit = parameters.limit(default=200, maximum=1000)
    return symbol, interval, parameters.integer("start"), parameters.integer("end"), limit

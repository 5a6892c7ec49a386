"""What everybody together holds: open interest and long against short accounts (spec 2.1)."""

from collections.abc import Mapping

from exchange_sim.engine.errors import invalid
from exchange_sim.market.crowd import Crowd
from exchange_sim.market.intervals import DAY_MS, HOUR_MS, MINUTE_MS
from exchange_sim.server.calls import Call
from exchange_sim.server.messages import Answer
from exchange_sim.server.paging import listing, page
from exchange_sim.server.rows.market_rows import account_ratio_row, open_interest_row

PERIODS: Mapping[str, int] = {
    "5min": 5 * MINUTE_MS,
    "15min": 15 * MINUTE_MS,
    "30min": 30 * MINUTE_MS,
    "1h": HOUR_MS,
    "4h": 4 * HOUR_MS,
    "1d": DAY_MS,
}


def open_interest(call: Call) -> Answer:
    """GET /v5/market/open-interest."""
    symbol, recorded, cursor = _recorded(call, period="intervalTime", maximum=200)
    rows = [open_interest_row(crowd) for crowd in recorded]
    return Answer(listing(rows, cursor) | {"symbol": symbol})


def account_ratio(call: Call) -> Answer:
    """GET /v5/market/account-ratio."""
    symbol, recorded, cursor = _recorded(call, period="period", maximum=500)
    rows = [account_ratio_row(symbol, crowd) for crowd in recorded]
    return Answer({"list": rows, "nextPageCursor": cursor})


def _recorded(call: Call, *, period: str, maximum: int) -> tuple[str, list[Crowd], str]:
    """The symbol that was asked for, a page of what was recorded, newest first, and its cursor."""
    parameters = call.parameters
    parameters.require_linear()
    symbol = parameters.required_symbol(call.market)
    step_ms = PERIODS.get(parameters.required(period))
    if step_ms is None:
        raise invalid("Invalid period!")
    start, end = parameters.integer("startTime"), parameters.integer("endTime")
    moments = call.market.recorded_moments(symbol, step_ms, start, end, call.now_ms)
    limit = parameters.limit(default=50, maximum=maximum)
    taken, cursor = page(moments, lambda ts_ms: (ts_ms, ""), limit, parameters.text("cursor"))
    return symbol, call.market.crowd(symbol, taken), cursor

"""What can be traded and its present figures: instruments, risk ladder, tickers (spec 2.1)."""

from exchange_sim.engine.price_limits import nearest_allowed
from exchange_sim.engine.vocabulary import Side
from exchange_sim.server.calls import Call, lists_linear
from exchange_sim.server.messages import Answer
from exchange_sim.server.numbers import plain
from exchange_sim.server.paging import listing, page
from exchange_sim.server.rows.instrument_rows import instrument_row, risk_tier_row
from exchange_sim.server.rows.ticker_rows import ticker_row


@lists_linear
def instruments_info(call: Call) -> Answer:
    """GET /v5/market/instruments-info and /v5/account/instruments-info."""
    parameters = call.parameters
    status = parameters.text("status") or "Trading"
    base_coin = parameters.text("baseCoin")
    instruments = [call.market.instrument(symbol) for symbol in _symbols(call)]
    wanted = [
        one
        for one in instruments
        if one.status == status and (not base_coin or one.base_coin == base_coin)
    ]
    limit = parameters.limit(default=500, maximum=1000)
    listed, cursor = page(
        wanted,
        lambda one: (0, one.symbol),
        limit,
        parameters.text("cursor"),
    )
    return Answer(listing([instrument_row(one) for one in listed], cursor))


@lists_linear
def risk_limit(call: Call) -> Answer:
    """GET /v5/market/risk-limit: the ladder of one symbol, or of all."""
    rows = []
    for symbol in _symbols(call):
        instrument = call.market.instrument(symbol)
        tiers = enumerate(instrument.risk_tiers, start=1)
        rows += [risk_tier_row(instrument, number, tier) for number, tier in tiers]
    return Answer(listing(rows, ""))


@lists_linear
def tickers(call: Call) -> Answer:
    """GET /v5/market/tickers."""
    rows = [
        ticker_row(call.market.ticker(symbol, call.now_ms), call.market.instrument(symbol))
        for symbol in _symbols(call)
    ]
    return Answer({"category": "linear", "list": rows})


def price_limit(call: Call) -> Answer:
    """GET /v5/market/price-limit: the highest buy and lowest sell price of this moment."""
    call.parameters.require_linear(default="linear")
    symbol = call.parameters.required_symbol(call.market)
    instrument = call.market.instrument(symbol)
    tick = call.market.tick_at(symbol, call.now_ms)
    highest = nearest_allowed(instrument, tick, Side.BUY, instrument.max_price)
    lowest = nearest_allowed(instrument, tick, Side.SELL, instrument.min_price)
    return Answer(
        {
            "symbol": symbol,
            "buyLmt": plain(highest),
            "sellLmt": plain(lowest),
            "ts": str(tick.ts_ms),
        }
    )


def _symbols(call: Call) -> list[str]:
    symbol = call.parameters.symbol(call.market)
    return [symbol] if symbol else list(call.market.symbols)

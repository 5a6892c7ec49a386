"""The ticker of one symbol: what Bybit shows about its last day."""

from decimal import Decimal

from exchange_sim.market.book import book_around
from exchange_sim.market.candle_rows import TURNOVER_DECIMALS
from exchange_sim.market.crowd import crowd_of
from exchange_sim.market.grid import places, rounded
from exchange_sim.market.intervals import DAY_MS, HOUR_MS
from exchange_sim.market.path import Ticks
from exchange_sim.market.rows import TickerStats
from exchange_sim.market.series import Series, last_price_at, latest_tick, ticks_between
from exchange_sim.market.trades import last_direction
from exchange_sim.market.values import FundingEvent, Instrument, Tick


def ticker_of(
    series: Series, instrument: Instrument, tick: Tick, now_ms: int, funding: FundingEvent
) -> TickerStats:
    """The figures at `now_ms`, given the tick known then and the settlement that comes next.

    The 24 h window is (now - 24 h, now], shorter where history begins later; the price 24 h or
    1 h ago is the first one known if there was none yet.
    """
    day = _last_day(series, now_ms)
    book = book_around(instrument, tick.last, now_ms, 1)
    bid, bid_size = book.bids[0] if book.bids else (Decimal(0), Decimal(0))
    ask, ask_size = book.asks[0] if book.asks else (Decimal(0), Decimal(0))
    day_before = last_price_at(series, now_ms - DAY_MS)
    crowd = crowd_of(instrument, now_ms, float(tick.last), day_before)
    return TickerStats(
        ts_ms=now_ms,
        symbol=instrument.symbol,
        last=tick.last,
        mark=tick.mark,
        index=tick.index,
        prev_price_24h=Decimal(repr(day_before)),
        prev_price_1h=Decimal(repr(last_price_at(series, now_ms - HOUR_MS))),
        high_24h=Decimal(repr(float(day.last.max()))),
        low_24h=Decimal(repr(float(day.last.min()))),
        volume_24h=rounded(float(day.volume.sum()), places(instrument.qty_step)),
        turnover_24h=rounded(float(day.volume @ day.last), TURNOVER_DECIMALS),
        open_interest=crowd.open_interest,
        open_interest_value=crowd.open_interest * tick.mark,
        funding_rate=funding.rate,
        next_funding_ms=funding.ts_ms,
        bid=bid,
        bid_size=bid_size,
        ask=ask,
        ask_size=ask_size,
        tick_direction=last_direction(day),
    )


def _last_day(series: Series, now_ms: int) -> Ticks:
    day = ticks_between(series, now_ms - DAY_MS, now_ms)
    return day if len(day) else latest_tick(series, now_ms)

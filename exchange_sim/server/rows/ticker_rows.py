"""Ticker rows: market/tickers and the public topic `tickers` (spec 2.1, 3.1)."""

from exchange_sim.market.rows import TickerStats
from exchange_sim.market.values import Instrument
from exchange_sim.server.numbers import Row, plain


def ticker_row(ticker: TickerStats, instrument: Instrument) -> Row:
    """The REST row: the figures, and the fields that only dated futures fill."""
    return _figures(ticker, instrument) | {
        "predictedDeliveryPrice": "",
        "basisRate": "",
        "basis": "",
        "basisRateYear": "",
        "deliveryFeeRate": "",
        "deliveryTime": "0",
    }


def ticker_push(ticker: TickerStats, instrument: Instrument) -> Row:
    """The row of a snapshot of the public topic; a delta is the part of it that changed."""
    return _figures(ticker, instrument) | {"tickDirection": ticker.tick_direction}


def _figures(ticker: TickerStats, instrument: Instrument) -> Row:
    return _prices(ticker) | _interest(ticker) | _funding(ticker, instrument) | _top(ticker)


def _prices(ticker: TickerStats) -> Row:
    return {
        "symbol": ticker.symbol,
        "lastPrice": plain(ticker.last),
        "indexPrice": plain(ticker.index),
        "markPrice": plain(ticker.mark),
        "prevPrice24h": plain(ticker.prev_price_24h),
        "price24hPcnt": plain(ticker.price_24h_fraction),
        "highPrice24h": plain(ticker.high_24h),
        "lowPrice24h": plain(ticker.low_24h),
        "prevPrice1h": plain(ticker.prev_price_1h),
        "turnover24h": plain(ticker.turnover_24h),
        "volume24h": plain(ticker.volume_24h),
    }


def _interest(ticker: TickerStats) -> Row:
    return {
        "openInterest": plain(ticker.open_interest),
        "openInterestValue": plain(ticker.open_interest_value),
        "singleOpenInterest": plain(ticker.open_interest),
        "singleOpenInterestValue": plain(ticker.open_interest_value),
    }


def _funding(ticker: TickerStats, instrument: Instrument) -> Row:
    return {
        "fundingRate": plain(ticker.funding_rate),
        "nextFundingTime": str(ticker.next_funding_ms),
        "fundingIntervalHour": str(instrument.funding_interval_min // 60),
        "fundingCap": plain(instrument.upper_funding_rate),
    }


def _top(ticker: TickerStats) -> Row:
    return {
        "bid1Price": plain(ticker.bid),
        "bid1Size": plain(ticker.bid_size),
        "ask1Price": plain(ticker.ask),
        "ask1Size": plain(ticker.ask_size),
        "preOpenPrice": "",
        "preQty": "",
        "curPreListingPhase": "",
    }

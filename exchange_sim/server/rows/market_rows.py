"""Rows of candles, books, trades, funding, the crowd: REST and public topics (spec 2.1, 3.1)."""

from decimal import Decimal

from exchange_sim.market.crowd import Crowd
from exchange_sim.market.rows import Bar, Trade
from exchange_sim.market.values import FundingEvent
from exchange_sim.server.numbers import Row, plain

Levels = tuple[tuple[Decimal, Decimal], ...]


def kline_row(bar: Bar) -> list[str]:
    """A candle: start, open, high, low, close, volume, turnover."""
    return [*mark_kline_row(bar), plain(bar.volume), plain(bar.turnover)]


def mark_kline_row(bar: Bar) -> list[str]:
    """A mark-price candle: start, open, high, low, close."""
    return [str(bar.start_ms), plain(bar.open), plain(bar.high), plain(bar.low), plain(bar.close)]


def kline_push(bar: Bar, interval: str, now_ms: int) -> Row:
    """A candle of the public topic `kline`; `confirm` says that it has closed."""
    return {
        "start": bar.start_ms,
        "end": bar.end_ms,
        "interval": interval,
        "open": plain(bar.open),
        "close": plain(bar.close),
        "high": plain(bar.high),
        "low": plain(bar.low),
        "volume": plain(bar.volume),
        "turnover": plain(bar.turnover),
        "confirm": bar.confirmed,
        "timestamp": now_ms,
    }


def level_rows(levels: Levels) -> list[list[str]]:
    """Book levels as [price, size] pairs, best first."""
    return [[plain(price), plain(size)] for price, size in levels]


def trade_row(trade: Trade) -> Row:
    """A public trade of market/recent-trade."""
    return {
        "execId": trade.trade_id,
        "symbol": trade.symbol,
        "price": plain(trade.price),
        "size": plain(trade.size),
        "side": trade.side,
        "time": str(trade.ts_ms),
        "isBlockTrade": False,
        "isRPITrade": False,
        "seq": str(trade.sequence),
    }


def trade_push(trade: Trade) -> Row:
    """A public trade of the topic `publicTrade`."""
    return {
        "T": trade.ts_ms,
        "s": trade.symbol,
        "S": trade.side,
        "v": plain(trade.size),
        "p": plain(trade.price),
        "L": trade.tick_direction,
        "i": trade.trade_id,
        "BT": False,
        "RPI": False,
        "seq": trade.sequence,
    }


def funding_row(event: FundingEvent) -> Row:
    """A past settlement of market/funding/history."""
    return {
        "symbol": event.symbol,
        "fundingRate": plain(event.rate),
        "fundingRateTimestamp": str(event.ts_ms),
    }


def open_interest_row(crowd: Crowd) -> Row:
    """A recorded moment of market/open-interest; the list names the symbol."""
    return {"openInterest": plain(crowd.open_interest), "timestamp": str(crowd.ts_ms)}


def account_ratio_row(symbol: str, crowd: Crowd) -> Row:
    """A recorded moment of market/account-ratio; the fractions add up to 1."""
    return {
        "symbol": symbol,
        "buyRatio": plain(crowd.long_fraction),
        "sellRatio": plain(1 - crowd.long_fraction),
        "timestamp": str(crowd.ts_ms),
    }

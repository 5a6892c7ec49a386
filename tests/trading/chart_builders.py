"""A chart with defaults, so that a test changes only the field it is about."""

from typing import Any

from tests.trading import builders
from trading.candles import Candle, Interval
from trading.chart import ChartInput
from trading.chart_series import series_of


def chart(candles: tuple[Candle, ...] | None = None, **changes: Any) -> ChartInput:
    """An hourly chart of 150 candles; lines, last price and moment follow from its candles."""
    shown = candles or builders.candles(150)
    series = series_of(shown)
    fields: dict[str, Any] = {
        "symbol": builders.SYMBOL,
        "interval": Interval.H1,
        "candles": shown,
        "ema_fast": series.ema_fast,
        "ema_slow": series.ema_slow,
        "rsi": series.rsi,
        "last_price": shown[-1].close,
        "tick_size": builders.instrument().tick_size,
        "as_of": shown[-1].opened_at + Interval.H1.length,
        "seed": "0" * 64,
    }
    return ChartInput(**(fields | changes))

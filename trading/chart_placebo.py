"""A picture that is wrong on purpose: does the analyst look at it, or only at the words?"""

from dataclasses import replace

from trading.chart import ChartInput
from trading.chart_series import series_of


def placebo_input(chart: ChartInput) -> ChartInput:
    """The drawn part of `chart` running backwards in time, with the right code and price range.

    Deterministic: the newest candle comes first and opens where it closed. Averages and RSI are of
    the reversed candles and the last price is their last close, so the picture is at one with
    itself. Levels stay. For shadow decisions only (analysis.md §3.2): nothing may be traded on it.

    Of an anonymised chart, make the placebo last: its prices then stay in the unit of the text.
    """
    shown = chart.visible()
    moments = [candle.opened_at for candle in shown.candles]
    candles = tuple(
        replace(candle, opened_at=moment, open=candle.close, close=candle.open)
        for candle, moment in zip(reversed(shown.candles), moments, strict=True)
    )
    series = series_of(candles)
    return replace(
        shown,
        candles=candles,
        ema_fast=series.ema_fast,
        ema_slow=series.ema_slow,
        rsi=series.rsi,
        last_price=candles[-1].close,
    )

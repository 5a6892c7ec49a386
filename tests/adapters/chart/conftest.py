"""Charts to draw."""

import math
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from decimal import ROUND_HALF_EVEN, Decimal

import pytest

from trading import indicators
from trading.bars import to_bars
from trading.candles import Candle, Interval
from trading.chart import ChartInput, Level

START = datetime(2026, 1, 1, tzinfo=UTC)

Draft = Callable[..., ChartInput]


def _wave(index: int) -> Decimal:
    return 1 + Decimal((index * 37) % 23 - 11) / 500 + Decimal(index % 40 - 20) / 400


def _candles(prices: Sequence[Decimal], tick: Decimal, interval: Interval) -> tuple[Candle, ...]:
    def on_grid(value: Decimal) -> Decimal:
        return (value / tick).quantize(Decimal(1), ROUND_HALF_EVEN) * tick

    closes = [max(tick, on_grid(price)) for price in prices]
    opens = [closes[0], *closes[:-1]]
    return tuple(
        Candle(
            opened_at=START + index * interval.length,
            open=opened,
            high=max(opened, closed) + tick,
            low=max(min(opened, closed) - tick, tick),
            close=closed,
            volume=Decimal(100 + (index * 53) % 71),
        )
        for index, (opened, closed) in enumerate(zip(opens, closes, strict=True))
    )


@pytest.fixture
def draft() -> Draft:
    """Builds a chart of a fixed wave; every part can be given instead."""

    def build(
        *,
        count: int = 150,
        price: str = "95000",
        tick: str = "0.1",
        interval: Interval = Interval.H1,
        candles: tuple[Candle, ...] | None = None,
        levels: tuple[Level, ...] = (),
        seed: str = "0" * 64,
    ) -> ChartInput:
        prices = [Decimal(price) * _wave(index) for index in range(count)]
        shown = candles or _candles(prices, Decimal(tick), interval)
        close = to_bars(shown).close
        cold = close * math.nan
        return ChartInput(
            symbol="BTCUSDT",
            interval=interval,
            candles=shown,
            ema_fast=indicators.ema(close, 20) if len(shown) >= 20 else cold,
            ema_slow=indicators.ema(close, 50) if len(shown) >= 50 else cold,
            rsi=indicators.rsi(close) if len(shown) > 14 else cold,
            last_price=shown[-1].close,
            tick_size=Decimal(tick),
            as_of=shown[-1].opened_at + interval.length,
            seed=seed,
            levels=levels,
        )

    return build

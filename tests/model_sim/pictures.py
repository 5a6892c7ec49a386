"""Charts and probes to look at."""

from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from adapters.chart_image import render_chart
from trading import indicators
from trading.bars import to_bars
from trading.candles import Candle, Interval
from trading.chart import ChartImage, ChartInput

START = datetime(2026, 1, 1, tzinfo=UTC)

Candles = tuple[Candle, ...]


def walk(seed: int, count: int = 120, price: float = 40_000.0, tick: str = "0.5") -> Candles:
    """Candles of a random walk, hourly, on a grid of ticks."""
    random = np.random.default_rng(seed)
    steps = random.normal(random.normal(0, 0.1), 1, count) * price * 0.004
    closes = price + np.cumsum(steps)
    opens = np.concatenate([[price], closes[:-1]])
    reach = np.abs(random.normal(0, price * 0.002, (2, count)))
    highs, lows = np.maximum(opens, closes) + reach[0], np.minimum(opens, closes) - reach[1]

    def on_grid(value: float) -> Decimal:
        return round(Decimal(str(value)) / Decimal(tick)) * Decimal(tick)

    return tuple(
        Candle(START + index * Interval.H1.length, *map(on_grid, prices), Decimal(100 + index))
        for index, prices in enumerate(zip(opens, highs, lows, closes, strict=True))
    )


def drawn(candles: Candles, seed: str = "0" * 64) -> ChartImage:
    """The desk's own picture of these candles."""
    close = to_bars(candles).close
    return render_chart(
        ChartInput(
            symbol="BTCUSDT",
            interval=Interval.H1,
            candles=candles,
            ema_fast=indicators.ema(close, 20),
            ema_slow=indicators.ema(close, 50),
            rsi=indicators.rsi(close),
            last_price=candles[-1].close,
            tick_size=Decimal("0.5"),
            as_of=candles[-1].opened_at + Interval.H1.length,
            seed=seed,
        )
    )


def told(candles: Candles, rows: int = 60) -> str:
    """Candles in words, as a prompt tells them."""
    lines = ["time,open,high,low,close,volume"]
    lines += [
        f"{candle.opened_at:%m-%d %H:%M},{candle.open},{candle.high},{candle.low},"
        f"{candle.close},{candle.volume}"
        for candle in candles[-rows:]
    ]
    return "\n".join(lines)


def probe(code: str, *, size: int = 20, side: int = 64) -> bytes:
    """A small white picture with a code in its middle."""
    image = Image.new("RGB", (side, side), "white")
    font = ImageFont.load_default(size)
    ImageDraw.Draw(image).text((side // 2, side // 2), code, "black", font=font, anchor="mm")
    return encoded(image)


def encoded(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    stream = BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()

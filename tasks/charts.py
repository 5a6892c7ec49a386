"""Draw the picture that goes to the analyst and is kept with the decision."""

from datetime import timedelta

from tasks.policies import SAFE_TO_RETRY
from tasks.resources import Resources
from tasks.steps import step
from trading import indicators
from trading.bars import to_bars
from trading.candles import Interval
from trading.chart import ChartImage, ChartInput, Level, LevelKind
from trading.snapshot import MarketSnapshot, PositionFacts


@step(name="draw-chart", task_run_name="draw {snapshot.symbol}", tags=["draw"], **SAFE_TO_RETRY)
def draw_chart(resources: Resources, snapshot: MarketSnapshot) -> ChartImage:
    """The chart of the snapshot's last 120 closed bars, 1536 x 768; equal bytes every time."""
    return resources.render(chart_input(snapshot))


def chart_input(snapshot: MarketSnapshot) -> ChartInput:
    """What the picture shows: candles, averages, RSI, yesterday's range, an open position."""
    bars = to_bars(snapshot.candles)
    return ChartInput(
        symbol=snapshot.symbol,
        interval=snapshot.interval,
        candles=snapshot.candles,
        ema_fast=indicators.ema(bars.close, 20),
        ema_slow=indicators.ema(bars.close, 50),
        rsi=indicators.rsi(bars.close),
        last_price=snapshot.ticker.last,
        tick_size=snapshot.instrument.tick_size,
        levels=(*_yesterday(snapshot), *_of_position(snapshot.position)),
        as_of=snapshot.as_of,
        seed=snapshot.hash,
    )


def _yesterday(snapshot: MarketSnapshot) -> tuple[Level, ...]:
    """High and low of the UTC day before, if the candles cover it whole."""
    today = Interval.D1.floor(snapshot.as_of)
    yesterday = today - timedelta(days=1)
    day = [c for c in snapshot.candles if yesterday <= c.opened_at < today]
    if len(day) < timedelta(days=1) / snapshot.interval.length:
        return ()
    return (
        Level("prev day high", max(candle.high for candle in day)),
        Level("prev day low", min(candle.low for candle in day)),
    )


def _of_position(position: PositionFacts | None) -> tuple[Level, ...]:
    if position is None:
        return ()
    levels = (
        ("entry", position.entry_price, LevelKind.ENTRY),
        ("stop", position.stop_loss, LevelKind.STOP_LOSS),
        ("target", position.take_profit, LevelKind.TAKE_PROFIT),
    )
    return tuple(Level(name, price, kind) for name, price, kind in levels if price is not None)

"""Draw the pictures that go to the analyst and are kept with the decision."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy.orm import Session

from db.repositories import charts
from tasks.resources import Renderer, Resources
from trading.arms import USUAL, Arm, ImageArm
from trading.candles import Interval
from trading.chart import ChartImage, ChartInput, Level, LevelKind
from trading.chart_masking import anonymised, rebasing_of
from trading.chart_placebo import placebo_input
from trading.chart_series import series_of
from trading.errors import BadDataError, MisconfiguredError
from trading.resampling import bigger, resample
from trading.snapshot import MarketSnapshot, PositionFacts


def draw_chart(resources: Resources, snapshot: MarketSnapshot, arm: Arm = USUAL) -> ChartImage:
    """The chart of the snapshot's last 120 closed bars, 1536 x 768; equal bytes every time.

    It is drawn as `arm` shows it, with the second picture where the arm has one.
    """
    return drawn(resources.render, snapshot, arm)


def drawn(render: Renderer, snapshot: MarketSnapshot, arm: Arm) -> ChartImage:
    """The picture of `arm`; where the analyst sees none, the usual one, for people.

    Raises:
        MisconfiguredError, BadDataError: as `chart_inputs` does.
    """
    first, *others = map(render, chart_inputs(snapshot, arm) or (chart_input(snapshot),))
    return replace(first, arm=arm, second=next(iter(others), None))


def save_charts(session: Session, chart: ChartImage | None) -> tuple[str, ...]:
    """Store a picture and the one that goes along; gives their SHA-256 in that order."""
    pictures = () if chart is None else chart.together
    return tuple(
        charts.save(session, one.png, width=one.width, height=one.height) for one in pictures
    )


def chart_inputs(snapshot: MarketSnapshot, arm: Arm) -> tuple[ChartInput, ...]:
    """What the pictures of an arm show: nothing, the snapshot's timeframe, or the bigger one too.

    The first picture bears the code to ask for. The second has a code of its own, so that a server
    that passes on only the last picture is found out. Masked pictures share one base of prices.

    Raises:
        MisconfiguredError: the timeframe has no bigger one; choose another arm or timeframe.
        BadDataError: the snapshot's candles do not fill one bar of the bigger timeframe.
    """
    match arm.pictures:
        case ImageArm.LTF:
            shown: tuple[ChartInput, ...] = (chart_input(snapshot),)
        case ImageArm.LTF_HTF:
            first = chart_input(snapshot)
            shown = (first, _bigger_chart(snapshot, first))
        case _:
            return ()
    if arm.is_masked:
        rebasing = rebasing_of(shown[0])
        shown = tuple(anonymised(chart, rebasing) for chart in shown)
    # Last, so that its prices stay in the unit of the words.
    return tuple(map(placebo_input, shown)) if arm.is_placebo else shown


def chart_input(snapshot: MarketSnapshot) -> ChartInput:
    """What the picture shows: candles, averages, RSI, yesterday's range, an open position."""
    series = series_of(snapshot.candles)
    return ChartInput(
        symbol=snapshot.symbol,
        interval=snapshot.interval,
        candles=snapshot.candles,
        ema_fast=series.ema_fast,
        ema_slow=series.ema_slow,
        rsi=series.rsi,
        last_price=snapshot.ticker.last,
        tick_size=snapshot.instrument.tick_size,
        levels=(*_yesterday(snapshot), *_of_position(snapshot.position)),
        as_of=snapshot.as_of,
        seed=snapshot.hash,
    )


def _bigger_chart(snapshot: MarketSnapshot, chart: ChartInput) -> ChartInput:
    into = bigger(snapshot.interval)
    if into is None:
        message = (
            f"{snapshot.symbol}: {snapshot.interval} has no bigger timeframe for the second "
            f"picture; use image arm {ImageArm.LTF} or a shorter timeframe"
        )
        raise MisconfiguredError(message)
    candles = resample(snapshot.candles, snapshot.interval, into)
    if not candles:
        message = (
            f"{snapshot.symbol}: {len(snapshot.candles)} candles of {snapshot.interval} do not "
            f"fill one {into} bar; collect more candles"
        )
        raise BadDataError(message)
    series = series_of(candles)
    return replace(
        chart,
        interval=into,
        candles=candles,
        ema_fast=series.ema_fast,
        ema_slow=series.ema_slow,
        rsi=series.rsi,
        as_of=candles[-1].opened_at + into.length,
        seed=f"{snapshot.hash}|{into}",
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

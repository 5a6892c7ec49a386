"""The market as an arm tells it: by name, or anonymised like its pictures (analysis.md §3.2).

In words as in pictures: the symbol is hidden, prices are rebased to 100 at the first drawn close,
volumes to 100 at the highest drawn, and nobody prints a date. Ratios, rates and shapes stay; what
bitcoin did beside it is left out, because bitcoin's own market is told without.
"""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from trading.analysis import Analysis
from trading.arms import Arm
from trading.candles import Candle
from trading.chart import VISIBLE_CANDLES
from trading.chart_masking import MASKED_SYMBOL, MASKED_TICK, Rebasing
from trading.market import Ticker
from trading.readings import Readings
from trading.snapshot import MarketSnapshot, PositionFacts

_HUNDRED = Decimal(100)


def as_shown(snapshot: MarketSnapshot, arm: Arm) -> MarketSnapshot:
    """The snapshot that an analyst of `arm` is told of; moments stay, and are not to be printed.

    Rounding apart, doing it twice changes nothing more. Its hash is that of no stored snapshot.
    """
    if not arm.is_masked:
        return snapshot
    price, volume = rebasing_of_snapshot(snapshot).masked, _volume_scale(snapshot)
    factor, distances = float(price(Decimal(1))), snapshot.distances
    return replace(
        snapshot,
        symbol=MASKED_SYMBOL,
        instrument=replace(
            snapshot.instrument,
            symbol=MASKED_SYMBOL,
            base_coin=MASKED_SYMBOL,
            tick_size=MASKED_TICK,
        ),
        candles=tuple(_candle(one, price, volume) for one in snapshot.candles),
        ticker=_ticker(snapshot.ticker, price, volume),
        funding=tuple(replace(rate, symbol=MASKED_SYMBOL) for rate in snapshot.funding),
        indicators=_readings(snapshot.indicators, factor),
        position=None if snapshot.position is None else _position(snapshot.position, price),
        distances=None if distances is None else distances.rebased(factor),
        bitcoin=None,
    )


def as_meant(analysis: Analysis, snapshot: MarketSnapshot, arm: Arm) -> Analysis:
    """An analysis of what `as_shown` gave, with its stop and target in USDT of `snapshot`.

    They are not on the tick grid yet. What it says in words keeps the numbers it was shown.
    """
    if not arm.is_masked:
        return analysis
    back = rebasing_of_snapshot(snapshot).unmasked
    stop, target = analysis.stop_loss, analysis.take_profit
    return replace(
        analysis,
        stop_loss=None if stop is None else back(stop),
        take_profit=None if target is None else back(target),
    )


def rebasing_of_snapshot(snapshot: MarketSnapshot) -> Rebasing:
    """The rebasing of the snapshot's first picture, which its words must share."""
    return Rebasing(snapshot.candles[-VISIBLE_CANDLES:][0].close)


_Scale = Callable[[Decimal], Decimal]


def _volume_scale(snapshot: MarketSnapshot) -> _Scale:
    highest = max(candle.volume for candle in snapshot.candles[-VISIBLE_CANDLES:])
    # A market without any trade has no highest volume to divide by; its zeros stay zeros.
    factor = _HUNDRED / (highest or Decimal(1))
    return lambda volume: volume * factor


def _candle(candle: Candle, price: _Scale, volume: _Scale) -> Candle:
    return Candle(
        opened_at=candle.opened_at,
        open=price(candle.open),
        high=price(candle.high),
        low=price(candle.low),
        close=price(candle.close),
        volume=volume(candle.volume),
    )


def _ticker(ticker: Ticker, price: _Scale, volume: _Scale) -> Ticker:
    return replace(
        ticker,
        symbol=MASKED_SYMBOL,
        last=price(ticker.last),
        mark=price(ticker.mark),
        index=price(ticker.index),
        bid=price(ticker.bid),
        ask=price(ticker.ask),
        turnover_24h_usdt=price(volume(ticker.turnover_24h_usdt)),
        open_interest=volume(ticker.open_interest),
    )


def _readings(readings: Readings, factor: float) -> Readings:
    """Averages, ranges and swings in the shown unit; what is a ratio stays."""

    def scaled(price: float | None) -> float | None:
        return None if price is None else price * factor

    return replace(
        readings,
        ema_20=scaled(readings.ema_20),
        ema_50=scaled(readings.ema_50),
        ema_200=scaled(readings.ema_200),
        atr=scaled(readings.atr),
        atr_before=scaled(readings.atr_before),
        swing_highs=tuple(swing * factor for swing in readings.swing_highs),
        swing_lows=tuple(swing * factor for swing in readings.swing_lows),
    )


def _position(position: PositionFacts, price: _Scale) -> PositionFacts:
    stop, target = position.stop_loss, position.take_profit
    return replace(
        position,
        entry_price=price(position.entry_price),
        stop_loss=None if stop is None else price(stop),
        take_profit=None if target is None else price(target),
    )

"""Charts without a name, to learn whether an analyst reads the market or remembers the coin.

An anonymised chart hides the symbol, the dates and every absolute number: prices are rebased to
100 at the first close that is drawn, volumes to 100 at the highest (analysis.md §3.2).
"""

from dataclasses import dataclass, replace
from decimal import Decimal

from trading.arms import Mask
from trading.candles import Candle
from trading.chart import ChartInput
from trading.checks import require_positive

MASKED_SYMBOL = "Market"
MASKED_TICK = Decimal("0.001")
"""Steps of the rebased price axis: a thousandth of a percent of the first drawn close.

One step for every market, because a tick size gives a coin away.
"""
_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Rebasing:
    """Between prices in USDT and prices that say 100 where the market stood at `base` USDT."""

    base: Decimal

    def __post_init__(self) -> None:
        require_positive("base of rebased prices", self.base)

    def masked(self, price: Decimal) -> Decimal:
        """A price in USDT as it is shown; order and ratios of prices are kept."""
        return price * _HUNDRED / self.base

    def unmasked(self, shown: Decimal) -> Decimal:
        """A shown price in USDT, to 28 digits; the caller puts it on the tick grid."""
        return shown * self.base / _HUNDRED


def rebasing_of(chart: ChartInput) -> Rebasing:
    """The rebasing under which the first drawn close of `chart` says 100."""
    return Rebasing(chart.visible().candles[0].close)


def anonymised(chart: ChartInput, rebasing: Rebasing | None = None) -> ChartInput:
    """The drawn part of `chart` without symbol, dates and absolute prices and volumes.

    Give the same `rebasing` to every chart and text of one question, or their prices disagree; by
    default it is the chart's own. The chart code stays, because the seed does.
    """
    by = rebasing or rebasing_of(chart)
    shown = chart.visible()
    factor = float(_HUNDRED / by.base)
    return replace(
        shown,
        symbol=MASKED_SYMBOL,
        candles=_masked_candles(shown.candles, by),
        ema_fast=shown.ema_fast * factor,
        ema_slow=shown.ema_slow * factor,
        last_price=by.masked(shown.last_price),
        tick_size=MASKED_TICK,
        levels=tuple(replace(level, price=by.masked(level.price)) for level in shown.levels),
        mask=Mask.ANONYMISED,
    )


def _masked_candles(candles: tuple[Candle, ...], by: Rebasing) -> tuple[Candle, ...]:
    # A market without any trade has no highest volume to divide by; its zeros stay zeros.
    highest = max(candle.volume for candle in candles) or Decimal(1)
    return tuple(
        Candle(
            opened_at=candle.opened_at,
            open=by.masked(candle.open),
            high=by.masked(candle.high),
            low=by.masked(candle.low),
            close=by.masked(candle.close),
            volume=candle.volume * _HUNDRED / highest,
        )
        for candle in candles
    )

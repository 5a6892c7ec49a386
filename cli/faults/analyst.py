"""An analyst without an opinion: what it says is drawn, so that every order path is walked."""

import hashlib
from decimal import Decimal
from random import Random

from trading.analysis import Abstention, Action, Analysis, FlatReason, Regime
from trading.chart import ChartImage, ChartInput
from trading.snapshot import MarketSnapshot

_FLAT_SHARE = 0.1
_PNG = b"\x89PNG no picture"


class DrawnAnalyst:
    """Long or short of almost everything, with stops of one to three average true ranges."""

    def __init__(self, luck: Random) -> None:
        self._luck = luck

    def __call__(self, snapshot: MarketSnapshot, _chart: ChartImage) -> Analysis | Abstention:
        """An answer that passes the checks of a signal."""
        if self._luck.random() < _FLAT_SHARE:
            return _flat()
        direction = self._luck.choice((Action.LONG, Action.SHORT))
        sign = 1 if direction is Action.LONG else -1
        last = snapshot.ticker.last
        unit = Decimal(str(snapshot.indicators.atr or float(last) / 200))
        stop, target = (Decimal(str(round(self._luck.uniform(*bounds), 2))) for bounds in _SPANS)
        return Analysis(
            analyst="drawn",
            version="1",
            action=direction,
            p_up=50 + 10 * sign,
            regime=Regime.UNCLEAR,
            reasons=("drawn at random", "to walk the order paths"),
            stop_loss=last - sign * stop * unit,
            take_profit=last + sign * target * unit,
            horizon_bars=24,
        )


_SPANS = ((1.0, 3.0), (2.0, 6.0))  # stop and target in average true ranges


def _flat() -> Analysis:
    return Analysis(
        analyst="drawn",
        version="1",
        action=Action.FLAT,
        p_up=50,
        regime=Regime.UNCLEAR,
        reasons=("drawn at random", "to walk the order paths"),
        flat_reason=FlatReason.NO_SETUP,
    )


def no_picture(_chart: ChartInput) -> ChartImage:
    """The same few bytes for every chart: drawing has no part in what is tested here."""
    return ChartImage(
        png=_PNG,
        sha256=hashlib.sha256(_PNG).hexdigest(),
        width=1,
        height=1,
        code="none",
        renderer="none",
    )

"""An analyst that is long of everything: equal questions get equal answers."""

from decimal import Decimal

from trading.analysis import Action, Analysis, Regime
from trading.chart import ChartImage
from trading.snapshot import MarketSnapshot

_STOP_RANGES, _TARGET_RANGES = Decimal("1.5"), Decimal(2)


def always_long(snapshot: MarketSnapshot, _chart: ChartImage) -> Analysis:
    """Long, with stop and target at fixed multiples of the average true range."""
    last = snapshot.ticker.last
    unit = Decimal(str(snapshot.indicators.atr or float(last) / 200))
    return Analysis(
        analyst="bull",
        version="1",
        action=Action.LONG,
        p_up=60,
        regime=Regime.TREND_UP,
        reasons=("always", "long"),
        stop_loss=last - _STOP_RANGES * unit,
        take_profit=last + _TARGET_RANGES * unit,
        horizon_bars=24,
    )

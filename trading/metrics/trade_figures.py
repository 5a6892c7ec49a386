"""The headline figures of the trades: how often, how much, how long, at what cost."""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from trading.metrics import bootstrap
from trading.metrics.columns import Floats
from trading.metrics.evidence import Evidence
from trading.metrics.figures import Figure, Unit, said_or
from trading.metrics.trades import (
    holding_hours,
    mean,
    median,
    open_at_end,
    streaks,
    traded_volume,
    wilson,
)

_RATIOS: Mapping[str, tuple[Unit, str]] = MappingProxyType(
    {
        "profit_factor": (Unit.RATIO, "no losing trade"),
        "expectancy": (Unit.USDT, "no trades"),
        "expectancy_r": (Unit.R, "no trade had a planned risk"),
        "payoff_ratio": (Unit.RATIO, "needs a winning and a losing trade"),
        "kelly": (Unit.FRACTION, "needs a winning and a losing trade"),
        "sqn": (Unit.RATIO, "needs two trades that differ"),
        "mean_win": (Unit.USDT, "no winning trade"),
        "mean_loss": (Unit.USDT, "no losing trade"),
    }
)


def ratio_figures(evidence: Evidence) -> dict[str, Figure]:
    """How often and how much."""
    return {
        "trades": _count(len(evidence.record.trades)),
        "trades_per_day": evidence.of_trades("trades_per_day", Unit.PER_DAY, missing="no trades"),
        "win_rate": _win_rate(evidence),
        "even_trades": _count(int(np.count_nonzero(evidence.record.trades.net == 0))),
        **{
            name: evidence.of_trades(name, unit, missing=missing)
            for name, (unit, missing) in _RATIOS.items()
        },
    }


def single_figures(evidence: Evidence) -> dict[str, Figure]:
    """The middle, the extremes and the runs of single trades."""
    net = evidence.record.trades.net
    won, lost = net[net > 0], net[net < 0]
    runs = streaks(net)
    return {
        "median_win": said_or(median(won), Unit.USDT, "no winning trade"),
        "median_loss": said_or(median(lost), Unit.USDT, "no losing trade"),
        "best_trade": said_or(float(net.max()) if len(net) else None, Unit.USDT, "no trades"),
        "worst_trade": said_or(float(net.min()) if len(net) else None, Unit.USDT, "no trades"),
        "longest_wins": _count(runs.wins),
        "longest_losses": _count(runs.losses),
        **_holding(holding_hours(evidence.record.trades), net),
    }


def cost_figures(evidence: Evidence) -> dict[str, Figure]:
    """What trading cost, and what must be known of the trades before they are believed."""
    record = evidence.record
    return {
        "fees": Figure(float(record.trades.fees.sum()), Unit.USDT),
        "funding": Figure(float(record.trades.funding.sum()), Unit.USDT),
        "volume": Figure(traded_volume(record.trades), Unit.USDT),
        "mean_stake": said_or(
            mean(record.trades.quantity * record.trades.entry_price), Unit.USDT, "no trades"
        ),
        "ambiguous_trades": _count(int(np.count_nonzero(record.trades.is_ambiguous))),
        "open_at_end": _count(open_at_end(record.trades)),
        "refused_entries": _count(sum(record.refused.values())),
    }


def _win_rate(evidence: Evidence) -> Figure:
    """With the interval of resampled days, or Wilson's where there are too few."""
    figure = evidence.of_trades("win_rate", Unit.FRACTION, missing="no trades")
    if figure.value is None or figure.low is not None:
        return figure
    net = evidence.record.trades.net
    likely = wilson(int(np.count_nonzero(net > 0)), len(net), confidence=bootstrap.CONFIDENCE)
    note = "Wilson's interval: it takes the trades as independent"
    return Figure(figure.value, figure.unit, likely.low, likely.high, note)


def _holding(hours: Floats, net: Floats) -> dict[str, Figure]:
    return {
        "mean_holding_hours": said_or(mean(hours), Unit.HOURS, "no trades"),
        "longest_holding_hours": said_or(
            float(hours.max()) if len(hours) else None, Unit.HOURS, "no trades"
        ),
        "mean_hours_won": said_or(mean(hours[net > 0]), Unit.HOURS, "no winning trade"),
        "mean_hours_lost": said_or(mean(hours[net < 0]), Unit.HOURS, "no losing trade"),
    }


def _count(number: int) -> Figure:
    return Figure(float(number), Unit.COUNT)

"""Sums of trades, by day, and every ratio that follows from sums alone.

Resampling days means adding other days' sums, so each ratio is computed the same way for the
record and for thousands of resampled ones.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from trading.metrics.columns import Floats, Integers, TradeTable
from trading.metrics.daily import MS_A_DAY
from trading.metrics.paths import ratio


@dataclass(frozen=True, slots=True, eq=False)
class TradeSums:
    """Sums over some trades; every array has the same shape, one number for each set of trades.

    USDT and R are net of costs. A win earned more than 0, a loss less; `gain` and `loss` are
    what the two sum to, both 0 or more. R counts trades with a planned risk, `with_risk` of them.
    """

    count: Floats
    wins: Floats
    losses: Floats
    gain: Floats
    loss: Floats
    net: Floats
    net_squares: Floats
    with_risk: Floats
    r: Floats
    r_squares: Floats


def r_multiples(trades: TradeTable) -> Floats:
    """Net result over planned risk, shape (n_trades,); NaN where no risk was planned."""
    return ratio(trades.net, np.where(trades.risk > 0, trades.risk, 0.0))


def each(trades: TradeTable) -> Floats:
    """What each trade adds to the sums, shape (n_trades, 10), in the order of TradeSums."""
    return np.stack(_terms(trades), axis=-1)


def daily_sums(trades: TradeTable, day: Integers) -> Floats:
    """Sums of the trades by the UTC day of their entry, shape (n_days, 10).

    `day` are consecutive day numbers since 1970; a trade outside them counts to the nearest.
    """
    entered = np.clip(trades.entry_ms // MS_A_DAY, day[0], day[-1]) - day[0]
    return np.stack(
        [np.bincount(entered, weights=column, minlength=len(day)) for column in _terms(trades)],
        axis=-1,
    )


def sums_of(table: Floats) -> TradeSums:
    """The sums whose columns are the last axis of `table`, as `daily_sums` orders them."""
    return TradeSums(*np.moveaxis(table, -1, 0))


def win_rate(sums: TradeSums) -> Floats:
    """Share of the trades that won."""
    return ratio(sums.wins, sums.count)


def profit_factor(sums: TradeSums) -> Floats:
    """What the wins earned over what the losses cost."""
    return ratio(sums.gain, sums.loss)


def expectancy(sums: TradeSums) -> Floats:
    """Mean net result of a trade in USDT."""
    return ratio(sums.net, sums.count)


def expectancy_r(sums: TradeSums) -> Floats:
    """Mean net result in R of the trades with a planned risk."""
    return ratio(sums.r, sums.with_risk)


def mean_win(sums: TradeSums) -> Floats:
    """Mean net result of a winning trade in USDT."""
    return ratio(sums.gain, sums.wins)


def mean_loss(sums: TradeSums) -> Floats:
    """Mean net result of a losing trade in USDT, below 0."""
    return -ratio(sums.loss, sums.losses)


def payoff_ratio(sums: TradeSums) -> Floats:
    """Mean win over mean loss."""
    return ratio(mean_win(sums), -mean_loss(sums))


def kelly(sums: TradeSums) -> Floats:
    """Share of the account that would have grown it fastest (Kelly 1956); below 0: none.

    Win rate - loss rate / payoff ratio, of the trades that won or lost.
    """
    decided = ratio(sums.wins, sums.wins + sums.losses)
    return decided - ratio(1 - decided, payoff_ratio(sums))


def system_quality(sums: TradeSums) -> Floats:
    """SQN (Tharp 2008): root of n times mean over deviation, in R if every trade has one.

    Without a planned risk in every trade it is of USDT. Tharp caps n at 100; we do not.
    """
    in_r = _t_statistic(sums.with_risk, sums.r, sums.r_squares)
    in_usdt = _t_statistic(sums.count, sums.net, sums.net_squares)
    return np.where(sums.with_risk == sums.count, in_r, in_usdt)


RATIOS: Mapping[str, Callable[[TradeSums], Floats]] = MappingProxyType(
    {
        "win_rate": win_rate,
        "profit_factor": profit_factor,
        "expectancy": expectancy,
        "expectancy_r": expectancy_r,
        "payoff_ratio": payoff_ratio,
        "kelly": kelly,
        "sqn": system_quality,
        "mean_win": mean_win,
        "mean_loss": mean_loss,
    }
)
"""Every ratio that an interval is made for, by its name among the headline figures."""


def _terms(trades: TradeTable) -> tuple[Floats, ...]:
    """What each trade adds to the fields of TradeSums, in their order."""
    net, r = trades.net, r_multiples(trades)
    has_risk = np.isfinite(r)
    r = np.where(has_risk, r, 0.0)
    won, lost = net > 0, net < 0
    ones = np.ones(len(net))
    return (
        ones,
        won.astype(float),
        lost.astype(float),
        np.where(won, net, 0.0),
        np.where(lost, -net, 0.0),
        net,
        net * net,
        has_risk.astype(float),
        r,
        r * r,
    )


def _t_statistic(count: Floats, total: Floats, squares: Floats) -> Floats:
    """Mean over its standard error; NaN for fewer than two values or values all alike."""
    mean = ratio(total, count)
    # What is left of the squares is rounding when the values are alike: call that no spread.
    left = np.maximum(squares - mean * total, 0.0)
    left = np.where(left > 1e-12 * squares, left, 0.0)
    variance = ratio(left, np.maximum(count - 1, 0.0))
    return ratio(mean * np.sqrt(count), np.sqrt(variance))

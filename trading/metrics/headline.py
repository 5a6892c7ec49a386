"""The figures a run is judged by, each with its unit and its interval."""

from dataclasses import dataclass, fields

from trading.metrics.bootstrap import Method
from trading.metrics.figures import Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class Metrics:
    """All headline figures of one run; what each means stands in `meanings.MEANINGS`.

    Fractions are shares of 1. Intervals hold 95 % and were made as `method` says; a figure
    without one says why, or is a count or an extreme that resampling cannot judge.
    """

    method: Method

    final_equity: Figure
    net_profit: Figure
    profit_per_day: Figure
    total_return: Figure
    cagr: Figure
    volatility: Figure
    sharpe: Figure
    sortino: Figure
    calmar: Figure
    psr: Figure
    dsr: Figure
    min_track_record_days: Figure
    daily_skewness: Figure
    daily_kurtosis: Figure

    max_drawdown: Figure
    max_drawdown_usdt: Figure
    longest_drawdown_days: Figure
    current_drawdown: Figure
    time_under_water: Figure
    ulcer_index: Figure
    recovery_factor: Figure

    lowest_equity: Figure
    highest_equity: Figure
    best_day: Figure
    worst_day: Figure
    winning_days: Figure
    losing_days: Figure
    value_at_risk: Figure
    expected_shortfall: Figure

    time_in_market: Figure
    mean_exposure: Figure
    max_exposure: Figure
    turnover: Figure

    trades: Figure
    trades_per_day: Figure
    win_rate: Figure
    even_trades: Figure
    profit_factor: Figure
    expectancy: Figure
    expectancy_r: Figure
    payoff_ratio: Figure
    kelly: Figure
    sqn: Figure
    mean_win: Figure
    mean_loss: Figure
    median_win: Figure
    median_loss: Figure
    best_trade: Figure
    worst_trade: Figure
    longest_wins: Figure
    longest_losses: Figure
    mean_holding_hours: Figure
    longest_holding_hours: Figure
    mean_hours_won: Figure
    mean_hours_lost: Figure
    fees: Figure
    funding: Figure
    volume: Figure
    mean_stake: Figure
    ambiguous_trades: Figure
    open_at_end: Figure
    refused_entries: Figure

    def figures(self) -> dict[str, Figure]:
        """Every figure by its name, in the order of the report."""
        named = ((field.name, getattr(self, field.name)) for field in fields(self))
        return {name: value for name, value in named if isinstance(value, Figure)}

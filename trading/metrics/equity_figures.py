"""The headline figures of the equity curve: growth, risk, drawdowns, exposure."""

from dataclasses import replace
from datetime import timedelta

import numpy as np

from trading.metrics.drawdowns import find_drawdowns, ulcer_index, underwater
from trading.metrics.evidence import Evidence
from trading.metrics.figures import Figure, Unit, finite, said_or
from trading.metrics.returns import kurtosis, skewness
from trading.metrics.sharpe import (
    SharpeSample,
    Trials,
    deflated_sharpe,
    minimum_track_record,
    probabilistic_sharpe,
    sharpe_sample,
)
from trading.metrics.trades import time_held, traded_volume

LEAST_TIME_IN_MARKET = 0.02
"""Below it a Sharpe ratio says nothing: the account was nearly always flat (FINSABER's rule)."""

_FLAT = "no spread: the account's days are all alike"
_ONE_DAY = "needs two days at least"


def growth_figures(evidence: Evidence) -> dict[str, Figure]:
    """What the account became."""
    start = evidence.record.initial_equity
    end, days = float(evidence.record.equity[-1]), len(evidence.daily)
    # Said also of a ruined account, and free of the rounding of many multiplied days.
    of_days = evidence.of_days("total_return", Unit.FRACTION, missing=_ONE_DAY)
    growth = replace(of_days, value=end / start - 1)
    return {
        "final_equity": _scaled(growth, end, by=start, plus=start),
        "net_profit": _scaled(growth, end - start, by=start, plus=0.0),
        "profit_per_day": _scaled(growth, (end - start) / days, by=start / days, plus=0.0),
        "total_return": growth,
        "cagr": _yearly_growth(evidence),
        "lowest_equity": Figure(float(evidence.record.equity.min()), Unit.USDT),
        "highest_equity": Figure(float(evidence.record.equity.max()), Unit.USDT),
    }


def risk_figures(evidence: Evidence, trials: Trials | None) -> dict[str, Figure]:
    """Return for risk, and how sure it is; nothing of it for an account that was nearly flat."""
    ratios = {
        "sharpe": evidence.of_days("sharpe", Unit.RATIO, missing=_FLAT),
        "sortino": evidence.of_days("sortino", Unit.RATIO, missing="no losing day"),
        **_certainty(evidence, trials),
    }
    share = _time_in_market(evidence)
    if share < LEAST_TIME_IN_MARKET:
        why = f"a position was open {share:.2%} of the time: too little to judge"
        ratios = {name: Figure(None, figure.unit, note=why) for name, figure in ratios.items()}
    return {
        "volatility": evidence.of_days("volatility", Unit.FRACTION, missing=_ONE_DAY),
        "calmar": evidence.of_days("calmar", Unit.RATIO, missing="no drawdown"),
        **ratios,
    }


def day_figures(evidence: Evidence) -> dict[str, Figure]:
    """What single days brought."""
    returns = evidence.daily.returns
    known = returns if returns is not None else np.empty(0)
    missing = "needs days that differ" if returns is not None else "the account was ruined"
    alone = {
        "daily_skewness": (skewness(known), Unit.RATIO),
        "daily_kurtosis": (kurtosis(known), Unit.RATIO),
        "best_day": (float(known.max()) if len(known) else None, Unit.FRACTION),
        "worst_day": (float(known.min()) if len(known) else None, Unit.FRACTION),
    }
    return {
        **{name: said_or(value, unit, missing) for name, (value, unit) in alone.items()},
        **{
            name: evidence.of_days(name, Unit.FRACTION, missing=_ONE_DAY)
            for name in ("winning_days", "losing_days", "value_at_risk", "expected_shortfall")
        },
    }


def drawdown_figures(evidence: Evidence) -> dict[str, Figure]:
    """How far the account fell and how long it took to come back."""
    record, start = evidence.record, evidence.record.initial_equity
    found = find_drawdowns(record.at_ms, record.equity, initial_equity=start)
    longest = found.longest()
    depth = underwater(record.equity, initial_equity=start)
    fall = _largest_fall(evidence)
    deepest = evidence.of_days("max_drawdown", Unit.FRACTION, missing=_ONE_DAY)
    if deepest.value is None:
        deepest = Figure(float(depth.max(initial=0)), Unit.FRACTION, note=deepest.note)
    profit = float(record.equity[-1]) - start
    return {
        "max_drawdown": deepest,
        "max_drawdown_usdt": Figure(fall, Unit.USDT),
        "longest_drawdown_days": Figure(
            longest.length / timedelta(days=1) if longest else 0.0, Unit.DAYS
        ),
        "current_drawdown": Figure(float(depth[-1]), Unit.FRACTION),
        "time_under_water": Figure(float(np.mean(depth > 0)), Unit.FRACTION),
        "ulcer_index": Figure(ulcer_index(record.equity, initial_equity=start), Unit.FRACTION),
        "recovery_factor": said_or(profit / fall if fall else None, Unit.RATIO, "no drawdown"),
    }


def exposure_figures(evidence: Evidence) -> dict[str, Figure]:
    """How much of the account was at work."""
    record = evidence.record
    held = np.abs(record.exposure)
    mean_equity = float(record.equity.mean())
    turned = traded_volume(record.trades) / evidence.years
    yearly = turned / mean_equity if mean_equity > 0 else None
    return {
        "time_in_market": Figure(_time_in_market(evidence), Unit.FRACTION),
        "mean_exposure": said_or(finite(float(held.mean())), Unit.FRACTION, "equity reached 0"),
        "max_exposure": said_or(finite(float(held.max())), Unit.FRACTION, "equity reached 0"),
        "turnover": said_or(yearly, Unit.RATIO, "the mean equity is not above 0"),
    }


def _yearly_growth(evidence: Evidence) -> Figure:
    """The annual growth, and a warning where less than a year was seen."""
    figure = evidence.of_days("cagr", Unit.FRACTION, missing=_ONE_DAY)
    if figure.value is None or evidence.years >= 1:
        return figure
    seen = f"a year projected from {len(evidence.daily)} days"
    return replace(figure, note=f"{seen}; {figure.note}" if figure.note else seen)


def _certainty(evidence: Evidence, trials: Trials | None) -> dict[str, Figure]:
    returns = evidence.daily.returns
    sample = sharpe_sample(returns) if returns is not None else None
    if sample is None:
        units = {"psr": Unit.PROBABILITY, "dsr": Unit.PROBABILITY}
        units["min_track_record_days"] = Unit.DAYS
        return {name: Figure(None, unit, note=_FLAT) for name, unit in units.items()}
    return {
        "psr": Figure(probabilistic_sharpe(sample), Unit.PROBABILITY),
        "dsr": _deflated(sample, trials),
        "min_track_record_days": said_or(
            minimum_track_record(sample), Unit.DAYS, "never: the Sharpe ratio is not above 0"
        ),
    }


def _deflated(sample: SharpeSample, trials: Trials | None) -> Figure:
    if trials is None:
        return Figure(None, Unit.PROBABILITY, note="one run, not the best of a search")
    return Figure(
        deflated_sharpe(sample, trials), Unit.PROBABILITY, note=f"best of {trials.count:,} trials"
    )


def _time_in_market(evidence: Evidence) -> float:
    record = evidence.record
    span = int(record.at_ms[-1] - record.at_ms[0]) + record.interval_ms
    return min(1.0, time_held(record.trades) / span)


def _largest_fall(evidence: Evidence) -> float:
    equity, start = evidence.record.equity, evidence.record.initial_equity
    return float((np.maximum(np.maximum.accumulate(equity), start) - equity).max())


def _scaled(growth: Figure, value: float, *, by: float, plus: float) -> Figure:
    """A USDT figure with the interval of the total return."""
    if growth.low is None or growth.high is None:
        return Figure(value, Unit.USDT, note=growth.note)
    return Figure(value, Unit.USDT, growth.low * by + plus, growth.high * by + plus)

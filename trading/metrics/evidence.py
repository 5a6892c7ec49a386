"""The record of a run prepared once: its days, the figures resampling knows, their intervals."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from trading.metrics import bootstrap, trade_sums
from trading.metrics.bootstrap import Method, RecordedDays
from trading.metrics.columns import AccountRecord
from trading.metrics.daily import DailyEquity, daily_equity
from trading.metrics.figures import Figure, Interval, Unit, finite
from trading.metrics.paths import DAYS_A_YEAR, recorded_path
from trading.metrics.returns import LEAST_DAYS

_RUINED = "the account was ruined: there are no returns on nothing"
_SHORT = f"no interval: {{}} days, {bootstrap.LEAST_DAYS} are the least"
_FEW = f"no interval: {{}} trades, {bootstrap.LEAST_TRADES} are the least"


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """What the figures of one run are made from.

    `point` holds the figures that resampling knows, None where they cannot be said; `intervals`
    those that have one.
    """

    record: AccountRecord
    daily: DailyEquity
    point: Mapping[str, float | None]
    intervals: Mapping[str, Interval]
    method: Method

    @property
    def years(self) -> float:
        """Length of the record in years of 365 days, short days counted as days."""
        return len(self.daily) / DAYS_A_YEAR

    def of_days(self, name: str, unit: Unit, *, missing: str) -> Figure:
        """A figure of daily returns; `missing` says why it may not exist."""
        missing = _RUINED if self.daily.is_ruined else missing
        why = _SHORT.format(self.method.days) if self._is_short else ""
        return self._figure(name, unit, missing=missing, without_interval=why)

    def of_trades(self, name: str, unit: Unit, *, missing: str) -> Figure:
        """A figure of the trades' sums; `missing` says why it may not exist."""
        missing = missing if self.method.trades else "no trades"
        why = _SHORT.format(self.method.days) if self._is_short else ""
        if self.method.trades < bootstrap.LEAST_TRADES:
            why = _FEW.format(self.method.trades)
        return self._figure(name, unit, missing=missing, without_interval=why)

    @property
    def _is_short(self) -> bool:
        return self.method.days < bootstrap.LEAST_DAYS

    def _figure(self, name: str, unit: Unit, *, missing: str, without_interval: str) -> Figure:
        value = self.point.get(name)
        if value is None:
            return Figure(None, unit, note=missing)
        interval = None if without_interval else self.intervals.get(name)
        if interval is None:
            why = without_interval or "no interval: too many resamplings lack this figure"
            return Figure(value, unit, note=why)
        return Figure(value, unit, interval.low, interval.high)


def gather(record: AccountRecord, *, seed: int, draws: int) -> Evidence:
    """The evidence of a run; equal seeds give equal intervals.

    Raises InvariantError for an equity curve that cannot be measured.
    """
    daily = daily_equity(record.at_ms, record.equity, initial_equity=record.initial_equity)
    path = recorded_path(daily) if len(daily) >= LEAST_DAYS else None
    days = RecordedDays(path, trade_sums.daily_sums(record.trades, daily.day))
    method = bootstrap.method_for(days, seed=seed, draws=draws)
    recorded = bootstrap.statistics(days, np.arange(len(days))[None])
    is_enough = len(days) >= bootstrap.LEAST_DAYS
    return Evidence(
        record=record,
        daily=daily,
        point={name: finite(float(value[0])) for name, value in recorded.items()},
        intervals=bootstrap.intervals(days, method) if is_enough else {},
        method=method,
    )

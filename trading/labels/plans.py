"""Trades to imagine as columns: those of analysts, and everybody's standard ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from trading.backtest.bars import Floats, Integers
from trading.backtest.records_in_memory import Records
from trading.candle_columns import milliseconds_of
from trading.checks import require
from trading.labels.opportunities import LimitEntry, Margin, Opportunity, Proposal, Trigger
from trading.labels.policies import Standard
from trading.labels.rows import NEVER, PLAN
from trading.positions import Direction

Sides = NDArray[np.int8]
_MILLISECOND: Final = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """When labels are asked for; every array has shape (n_moments,).

    `closed_ms` closes a bar of `interval_ms`, `close` is its close in USDT, `atr` its average
    true range of 14 bars, NaN where it is not known.
    """

    closed_ms: Integers
    interval_ms: Integers
    close: Floats
    atr: Floats

    def __post_init__(self) -> None:
        columns = (self.interval_ms, self.close, self.atr)
        lengths = {len(self), *(len(column) for column in columns)}
        require(len(lengths) == 1, f"columns of moments have the lengths {sorted(lengths)}")
        require(bool((self.close > 0).all()), "a close of a moment is not above 0")
        require(
            not bool((self.atr <= 0).any()),
            "an average true range of a moment is not above 0; NaN says that it is not known",
        )
        require(
            bool((self.interval_ms > 0).all()) and not (self.closed_ms % self.interval_ms).any(),
            "a moment does not close a bar of its interval",
        )

    def __len__(self) -> int:
        return len(self.closed_ms)

    @staticmethod
    def of(opportunities: Sequence[Opportunity]) -> "Moments":
        """Those of decisions."""
        return Moments(
            np.array([milliseconds_of(one.closed_at) for one in opportunities], np.int64),
            np.array([one.interval.length // _MILLISECOND for one in opportunities], np.int64),
            np.array([float(one.close) for one in opportunities], np.float64),
            np.array([_atr(one) for one in opportunities], np.float64),
        )


@dataclass(frozen=True, slots=True, eq=False)
class Plans:
    """Trades to imagine on one symbol; `rows` are `PLAN` records of shape (n_plans,)."""

    rows: Records

    def __len__(self) -> int:
        return len(self.rows)


def standard_plans(moments: Moments, sides: Sides, *, standard: Standard | None = None) -> Plans:
    """The standard trade of each moment: 1 long, -1 short, 0 none.

    Its barriers are measured from the price that enters, before slippage, so that costs change
    what a trade earns and never what happens to it.
    """
    rules = standard or Standard()
    stop = float(rules.stop_atr) * moments.atr
    rows = _blank(len(moments))
    rows["side"] = sides
    rows["from_ms"] = moments.closed_ms + rules.delay // _MILLISECOND
    rows["horizon_ms"] = rules.horizon_bars * moments.interval_ms
    rows["reference"] = moments.close
    rows["stop"], rows["target"], rows["is_by_distance"] = stop, float(rules.target_r) * stop, 1
    _measure(rows, moments.atr, rules)
    return Plans(rows)


def proposed_plans(
    opportunities: Sequence[Opportunity], *, standard: Standard | None = None
) -> Plans:
    """The trade each decision proposed, from the moment it was decided; none where it was flat."""
    rules = standard or Standard()
    rows = _blank(len(opportunities))
    for row, one in zip(rows, opportunities, strict=True):
        row["from_ms"] = milliseconds_of(one.decided_at)
        row["reference"] = float(one.reference_price)
        if one.proposal is not None:
            _propose(row, one, one.proposal)
    atr = np.array([_atr(one) for one in opportunities], np.float64)
    _measure(rows, atr, rules)
    return Plans(rows)


def mirrored(plans: Plans, sides: Sides) -> Plans:
    """Market plans with `sides` instead of their own, their barriers as far on the other side.

    A random side with an analyst's own barriers is what its choice of side is compared with
    (learning.md §4.5, B1). 0 trades nothing.
    """
    rows = plans.rows.copy()
    require(
        not bool((rows["limit"] > 0).any()),
        "a plan with a limit has no other side: its limit would be met at once",
    )
    turned = (rows["side"] * sides < 0) & (rows["is_by_distance"] == 0)
    for name in ("stop", "target"):
        rows[name][turned] = 2 * rows["reference"][turned] - rows[name][turned]
    rows["side"] = np.where(rows["side"] == 0, 0, sides)
    return Plans(rows)


def _blank(count: int) -> Records:
    rows = np.zeros(count, PLAN)
    for name in ("limit", "through", "liquidation", "bankruptcy"):
        rows[name] = np.nan
    rows["valid_until_ms"], rows["horizon_ms"] = NEVER, 1
    return rows


def _measure(rows: Records, atr: Floats, rules: Standard) -> None:
    rows["atr"] = atr
    rows["drift"] = float(rules.maximum_drift_atr) * atr
    rows["least_stop"] = float(rules.minimum_stop_atr) * atr


def _atr(one: Opportunity) -> float:
    return float("nan") if one.atr is None else float(one.atr)


def _propose(row: np.void, one: Opportunity, proposal: Proposal) -> None:
    row["side"] = proposal.direction.sign
    row["stop"], row["target"] = float(proposal.stop_loss), float(proposal.take_profit)
    row["horizon_ms"] = proposal.horizon_bars * (one.interval.length // _MILLISECOND)
    row["is_by_mark"] = proposal.trigger is Trigger.MARK
    row["needs_mark"] = proposal.trigger is Trigger.MARK or proposal.margin is not None
    if proposal.limit is not None:
        _rest(row, one, proposal.direction, proposal.limit)
    if proposal.margin is not None:
        _secure(row, proposal.margin)


def _rest(row: np.void, one: Opportunity, direction: Direction, limit: LimitEntry) -> None:
    row["limit"] = float(limit.price)
    row["through"] = float(limit.price - direction.sign * limit.tick_size)
    row["valid_until_ms"] = milliseconds_of(one.decided_at + limit.valid_for)


def _secure(row: np.void, margin: Margin) -> None:
    """Isolated margin is gone at 1 / leverage, liquidated at that less the maintenance margin.

    As the backtest's kernel has it (bybit_v5.md §4.5).
    """
    row["bankruptcy"] = float(1 / margin.leverage)
    row["liquidation"] = float(1 / margin.leverage - margin.maintenance_fraction)

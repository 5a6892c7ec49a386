"""Which came first inside one candle, stop or target, told by public trades."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import numpy as np

from trading.candle_columns import moment_of
from trading.checks import require_positive, require_utc
from trading.labels.label_costs import LabelCosts
from trading.labels.many import Labels, label_plans
from trading.labels.plans import Plans
from trading.labels.price_path import PricePath
from trading.labels.rows import STOP_CAME_FIRST, TARGET_CAME_FIRST, UNTOLD


@dataclass(frozen=True, slots=True)
class Tick:
    """One public trade: when, and at which price in USDT."""

    at: datetime
    price: Decimal

    def __post_init__(self) -> None:
        require_utc("tick at", self.at)
        require_positive("tick price", self.price)


def told_by(ticks: Sequence[Tick], *, side: int, stop: float, target: float) -> int:
    """STOP_CAME_FIRST or TARGET_CAME_FIRST of `rows`; UNTOLD if no trade reached either.

    Trades of the same moment keep the order they are given in.
    """
    for tick in sorted(ticks, key=lambda one: one.at):
        price = float(tick.price)
        if side * (price - stop) <= 0:
            return STOP_CAME_FIRST
        if side * (price - target) >= 0:
            return TARGET_CAME_FIRST
    return UNTOLD


Ticks = Mapping[datetime, Sequence[Tick]]
"""Public trades by the open of the candle they were made in."""


def settle_by_ticks(
    path: PricePath, plans: Plans, labels: Labels, ticks: Ticks, *, costs: LabelCosts
) -> Labels:
    """The same labels, but those that are ambiguous settled where `ticks` can tell.

    Trades have last prices: a plan triggered by the mark price stays ambiguous.
    """
    rows, told = labels.rows.copy(), plans.rows.copy()
    for place in np.flatnonzero(rows["is_ambiguous"] & (told["is_by_mark"] == 0)):
        row = rows[place]
        inside = ticks.get(moment_of(int(row["exit_ms"])), ())
        told["told"][place] = told_by(
            inside, side=int(row["side"]), stop=row["stop"], target=row["target"]
        )
    asked = np.flatnonzero(told["told"] != UNTOLD)
    if len(asked):
        rows[asked] = label_plans(path, Plans(told[asked]), costs=costs).rows
    return Labels(rows, labels.resolution)

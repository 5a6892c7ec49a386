"""The market a trade would be held in: what funding will cost and how far prices swing."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from trading.checks import require, require_not_negative, require_utc
from trading.limits import RiskLimits
from trading.positions import Direction
from trading.reasons import Reason, Refused


@dataclass(frozen=True, slots=True)
class Conditions:
    """Facts of the moment a signal was made.

    `funding_rate` is the fraction of the notional that longs pay shorts at `next_funding_at` and,
    as long as nothing better is known, every `funding_interval` after it. `horizon` is how long
    the trade is planned to be held, `atr_fraction` the average true range of one bar as a fraction
    of the price; None where nobody said.
    """

    funding_rate: Decimal
    next_funding_at: datetime
    funding_interval: timedelta
    horizon: timedelta | None = None
    atr_fraction: Decimal | None = None

    def __post_init__(self) -> None:
        require_utc("next_funding_at", self.next_funding_at)
        require(
            self.funding_interval > timedelta(0),
            f"funding_interval is {self.funding_interval}; it must be above 0",
        )
        if self.atr_fraction is not None:
            require_not_negative("atr_fraction", self.atr_fraction)

    def funding_fraction(
        self, direction: Direction, *, since: datetime, until: datetime
    ) -> Decimal:
        """What holding from `since` to `until` pays in funding, as a fraction of the notional.

        Below 0 it is received. Settlements at `next_funding_at` and each interval after it count,
        `until` included; one that has passed since the ticker was read is over.
        """
        first = self.next_funding_at
        if first <= since:
            first += ((since - first) // self.funding_interval + 1) * self.funding_interval
        count = 0 if until < first else (until - first) // self.funding_interval + 1
        return direction.sign * self.funding_rate * count


def check_conditions(
    conditions: Conditions,
    direction: Direction,
    limits: RiskLimits,
    *,
    risk_fraction: Decimal,
    now: datetime,
) -> Refused | None:
    """None if holding the trade is not too dear and the market neither too wild nor too still.

    `risk_fraction` is the distance from entry to stop as a fraction of the entry price. A trade
    without a planned horizon is taken to be held for `limits.assumed_horizon`.
    """
    return _check_funding(
        conditions, direction, limits, risk_fraction=risk_fraction, now=now
    ) or _check_volatility(conditions, limits)


def _check_funding(
    conditions: Conditions,
    direction: Direction,
    limits: RiskLimits,
    *,
    risk_fraction: Decimal,
    now: datetime,
) -> Refused | None:
    horizon = conditions.horizon or limits.assumed_horizon
    cost = conditions.funding_fraction(direction, since=now, until=now + horizon)
    allowed = risk_fraction * limits.max_funding_risk_fraction
    if cost <= allowed:
        return None
    return Refused(
        Reason.RISK_FUNDING_COST,
        f"funding over {horizon} is expected to cost {cost:.5f} of the notional, "
        f"{allowed:.5f} allowed ({limits.max_funding_risk_fraction} of the risk)",
    )


def _check_volatility(conditions: Conditions, limits: RiskLimits) -> Refused | None:
    seen = conditions.atr_fraction
    lowest, highest = limits.minimum_volatility_fraction, limits.maximum_volatility_fraction
    if seen is None or lowest <= seen <= highest:
        return None
    return Refused(
        Reason.RISK_VOLATILITY,
        f"a bar ranges {seen:.5f} of the price, {lowest} to {highest} allowed",
    )

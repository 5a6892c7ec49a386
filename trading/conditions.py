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
    of the price, `swing` the price of the newest swing on the side of the stop; None where nobody
    said or there is none.
    """

    funding_rate: Decimal
    next_funding_at: datetime
    funding_interval: timedelta
    horizon: timedelta | None = None
    atr_fraction: Decimal | None = None
    swing: Decimal | None = None

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


@dataclass(frozen=True, slots=True)
class PlannedLoss:
    """The way from the entry to the stop; prices in USDT."""

    direction: Direction
    entry_price: Decimal
    stop_loss: Decimal

    @property
    def fraction(self) -> Decimal:
        """The distance as a fraction of the entry price."""
        return abs(self.entry_price - self.stop_loss) / self.entry_price

    def is_beyond(self, price: Decimal) -> bool:
        """Whether the market passes `price` before it reaches the stop."""
        sign = self.direction.sign
        return sign * self.stop_loss < sign * price < sign * self.entry_price


def check_conditions(
    conditions: Conditions, planned: PlannedLoss, limits: RiskLimits, *, now: datetime
) -> Refused | None:
    """None if holding the trade is not too dear, the market calm enough and the stop clear of it.

    A trade without a planned horizon is taken to be held for `limits.assumed_horizon`.
    """
    return (
        _check_imminent_funding(conditions, planned, limits, now)
        or _check_funding(conditions, planned, limits, now)
        or _check_volatility(conditions, limits)
        or _check_stop(conditions, planned, limits)
    )


def _check_imminent_funding(
    conditions: Conditions, planned: PlannedLoss, limits: RiskLimits, now: datetime
) -> Refused | None:
    soon, allowed = limits.imminent_funding, limits.max_imminent_funding_fraction
    cost = conditions.funding_fraction(planned.direction, since=now, until=now + soon)
    if cost <= allowed:
        return None
    return Refused(
        Reason.RISK_FUNDING_SOON,
        f"funding within {soon} costs a {planned.direction} {cost:.5f} of the notional, "
        f"{allowed:.5f} allowed; it may be entered after the settlement",
    )


def _check_funding(
    conditions: Conditions, planned: PlannedLoss, limits: RiskLimits, now: datetime
) -> Refused | None:
    horizon = conditions.horizon or limits.assumed_horizon
    cost = conditions.funding_fraction(planned.direction, since=now, until=now + horizon)
    allowed = planned.fraction * limits.max_funding_risk_fraction
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


def _check_stop(
    conditions: Conditions, planned: PlannedLoss, limits: RiskLimits
) -> Refused | None:
    """Refuse a stop that an ordinary bar would hit and no swing covers."""
    atr, swing = conditions.atr_fraction, conditions.swing
    if atr is None or planned.fraction >= limits.minimum_stop_atr * atr:
        return None
    if swing is not None and planned.is_beyond(swing):
        return None
    last = "no swing is known there" if swing is None else f"the last swing is {swing}"
    return Refused(
        Reason.RISK_STOP_TOO_NEAR,
        f"stop {planned.stop_loss} is {planned.fraction:.5f} of the price away, "
        f"{limits.minimum_stop_atr} bars of {atr:.5f} needed or a swing before it; {last}",
    )

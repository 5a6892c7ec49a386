"""What funding costs now and over the horizon, how wild a market may be, where a stop lies."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.fixtures.limit_cases import HOUR
from tests.trading.builders import NOW
from trading.conditions import Conditions, PlannedLoss, check_conditions
from trading.errors import InvariantError
from trading.limits import RiskLimits
from trading.positions import Direction
from trading.reasons import Reason, Refused

RATE = Decimal("0.0001")
ONE_PERCENT = PlannedLoss(Direction.LONG, Decimal(40_000), Decimal(39_600))
SHORT = PlannedLoss(Direction.SHORT, Decimal(40_000), Decimal(40_400))


def conditions(**changes: Any) -> Conditions:
    fields: dict[str, Any] = {
        "funding_rate": RATE,
        "next_funding_at": NOW + 4 * HOUR,
        "funding_interval": 8 * HOUR,
    }
    return Conditions(**(fields | changes))


@pytest.mark.parametrize(
    ("horizon", "settlements"),
    [
        (4 * HOUR - timedelta(microseconds=1), 0),
        (4 * HOUR, 1),
        (11 * HOUR, 1),
        (12 * HOUR, 2),
        (24 * HOUR, 3),
    ],
)
def test_every_settlement_within_the_horizon_is_paid(horizon: timedelta, settlements: int) -> None:
    window = {"since": NOW, "until": NOW + horizon}
    assert conditions().funding_fraction(Direction.LONG, **window) == settlements * RATE
    assert conditions().funding_fraction(Direction.SHORT, **window) == -settlements * RATE


def test_a_settlement_that_has_passed_is_not_paid_again() -> None:
    window = {"since": NOW, "until": NOW + 7 * HOUR}
    passed = conditions(next_funding_at=NOW)
    assert passed.funding_fraction(Direction.LONG, **window) == 0
    long_ago = conditions(next_funding_at=NOW - 20 * HOUR)
    assert long_ago.funding_fraction(Direction.LONG, **window) == RATE


def refused(planned: PlannedLoss = ONE_PERCENT, **changes: Any) -> Refused | None:
    return check_conditions(conditions(**changes), planned, RiskLimits(), now=NOW)


def reason(planned: PlannedLoss = ONE_PERCENT, **changes: Any) -> Reason | None:
    found = refused(planned, **changes)
    return None if found is None else found.reason


def test_dear_funding_refuses_who_pays_it_and_nobody_else() -> None:
    dear = {"funding_rate": Decimal("0.002")}  # 3 x 0.2 % against half of 1 %
    assert reason(**dear) is Reason.RISK_FUNDING_COST
    assert reason(SHORT, **dear) is None
    assert reason(horizon=4 * HOUR, **dear) is None


@pytest.mark.parametrize(
    ("minutes", "rate", "expected"),
    [
        (10, "0.00051", Reason.RISK_FUNDING_SOON),
        (1, "0.00051", Reason.RISK_FUNDING_SOON),
        (11, "0.00051", None),
        (10, "0.0005", None),
        (10, "-0.00051", None),
        (0, "0.00051", None),  # settled this moment; the next settlement is 8 hours away
    ],
)
def test_nobody_enters_just_before_paying_funding(
    minutes: int, rate: str, expected: Reason | None
) -> None:
    due = {"next_funding_at": NOW + timedelta(minutes=minutes), "horizon": HOUR}
    assert reason(funding_rate=Decimal(rate), **due) is expected
    assert reason(SHORT, funding_rate=-Decimal(rate), **due) is expected


def test_a_refusal_for_funding_says_what_it_costs_and_when_to_come_back() -> None:
    found = refused(funding_rate=Decimal("0.001"), next_funding_at=NOW + timedelta(minutes=5))
    assert found is not None
    assert found.detail == (
        "funding within 0:10:00 costs a long 0.00100 of the notional, 0.00050 allowed; it may be "
        "entered after the settlement"
    )


@pytest.mark.parametrize(
    ("atr", "expected"),
    [(None, None), ("0.2", None), ("0.21", Reason.RISK_VOLATILITY), ("0", None)],
)
def test_a_wild_market_is_not_entered(atr: str | None, expected: Reason | None) -> None:
    far = PlannedLoss(Direction.LONG, Decimal(100), Decimal(70))
    assert reason(far, atr_fraction=None if atr is None else Decimal(atr)) is expected


@pytest.mark.parametrize(
    ("atr", "swing", "expected"),
    [
        ("0.01", None, None),  # one bar away
        ("0.0101", None, Reason.RISK_STOP_TOO_NEAR),
        ("0.0101", 39_700, None),  # behind the swing
        ("0.0101", 39_600, Reason.RISK_STOP_TOO_NEAR),  # on it
        ("0.0101", 39_500, Reason.RISK_STOP_TOO_NEAR),  # before it
        ("0.0101", 40_000, Reason.RISK_STOP_TOO_NEAR),  # the entry covers nothing
        (None, None, None),
    ],
)
def test_a_stop_lies_a_bar_away_or_behind_the_last_swing(
    atr: str | None, swing: int | None, expected: Reason | None
) -> None:
    fraction = None if atr is None else Decimal(atr)
    below = None if swing is None else Decimal(swing)
    above = None if below is None else 80_000 - below
    assert reason(atr_fraction=fraction, swing=below) is expected
    assert reason(SHORT, atr_fraction=fraction, swing=above) is expected


@pytest.mark.parametrize(
    "changes",
    [
        {"funding_interval": timedelta(0)},
        {"atr_fraction": Decimal(-1)},
        {"next_funding_at": NOW.replace(tzinfo=None)},
    ],
)
def test_impossible_conditions_are_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(InvariantError, match=next(iter(changes))):
        conditions(**changes)

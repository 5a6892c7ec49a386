"""What funding is expected to cost over the horizon, and how wild a market may be."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.fixtures.limit_cases import HOUR
from tests.trading.builders import NOW
from trading.conditions import Conditions, check_conditions
from trading.errors import InvariantError
from trading.limits import RiskLimits
from trading.positions import Direction
from trading.reasons import Reason, Refused

RATE = Decimal("0.0001")


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


def refused(direction: Direction = Direction.LONG, **changes: Any) -> Refused | None:
    return check_conditions(
        conditions(**changes),
        direction,
        RiskLimits(),
        risk_fraction=Decimal("0.01"),
        now=NOW,
    )


def test_dear_funding_refuses_who_pays_it_and_nobody_else() -> None:
    dear = {"funding_rate": Decimal("0.002")}  # 3 x 0.2 % against half of 1 %
    found = refused(**dear)
    assert found is not None
    assert found.reason is Reason.RISK_FUNDING_COST
    assert refused(Direction.SHORT, **dear) is None
    assert refused(horizon=4 * HOUR, **dear) is None


@pytest.mark.parametrize(
    ("atr", "reason"),
    [(None, None), ("0.2", None), ("0.21", Reason.RISK_VOLATILITY), ("0", None)],
)
def test_a_wild_market_is_not_entered(atr: str | None, reason: Reason | None) -> None:
    found = refused(atr_fraction=None if atr is None else Decimal(atr))
    assert (found.reason if found else None) is reason


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

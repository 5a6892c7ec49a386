"""The compiled review says what the desk's review says: the same refusals, the same quantities."""

import os
from collections import Counter

import pytest

from tests.trading.backtest.live_twins.review_cases import NOW, Case, Dice, case
from trading.backtest.live_twins.codes import REASONS
from trading.backtest.live_twins.numbers import Fitted
from trading.backtest.live_twins.review import review as twin_review
from trading.reasons import Reason, Refused
from trading.risk import review

_REVIEWED = {
    Reason.RISK_DAILY_LOSS,
    Reason.RISK_DRAWDOWN,
    Reason.RISK_SPREAD,
    Reason.RISK_REWARD_RISK,
    Reason.RISK_FUNDING_SOON,
    Reason.RISK_FUNDING_COST,
    Reason.RISK_VOLATILITY,
    Reason.RISK_STOP_TOO_NEAR,
    Reason.RISK_COOLDOWN,
    Reason.RISK_STOP_GUARD,
    Reason.RISK_LOSING_SYMBOL,
    Reason.RISK_POSITION_OPEN,
    Reason.RISK_MAX_POSITIONS,
    Reason.RISK_ENTRIES_PER_DAY,
    Reason.RISK_SYMBOL_EXPOSURE,
    Reason.RISK_TOTAL_EXPOSURE,
    Reason.RISK_GROUP_EXPOSURE,
    Reason.RISK_LEVERAGE,
    Reason.RISK_AVAILABLE_BALANCE,
    Reason.RISK_MINIMUM_QUANTITY,
    Reason.RISK_MINIMUM_NOTIONAL,
}


_CASES = {"short": 5_000, "long": 100_000}
"""Which one is meant is said by HYPOTHESIS_PROFILE: seconds with every change, or minutes."""


def test_the_twin_decides_as_the_desk_does() -> None:
    dice, seen = Dice(seed=2), Counter[Reason | None]()
    for _ in range(_CASES[os.environ.get("HYPOTHESIS_PROFILE", "short")]):
        given = case(dice)
        fitted = twin_review(
            given.entry, given.conditions, given.holdings, given.trades, given.desk
        )
        reason, difference = _compare(given, fitted)
        seen[reason] += 1
        assert not difference, f"{difference}\n{given}"
    assert set(seen) >= _REVIEWED | {None}, f"a limit was never met: {seen}"


def _compare(given: Case, fitted: Fitted) -> tuple[Reason | None, str]:
    """What the desk said, and how its twin differs; empty where it does not."""
    said = review(
        given.signal,
        given.account,
        given.instrument,
        given.policy,
        link_id="twin",
        now=NOW,
    )
    if isinstance(said, Refused):
        same = REASONS[fitted.code] is said.reason and fitted.quantity == 0
        return said.reason, "" if same else f"{said} but twin {REASONS[fitted.code]} {fitted}"
    expected = (float(said.order.quantity), float(said.leverage or 0))
    is_same = fitted.code == 0 and (fitted.quantity, fitted.leverage) == expected
    planned = (float(said.risk_usdt), float(said.notional_usdt))
    is_same = is_same and planned == pytest.approx((fitted.risk, fitted.notional), rel=1e-9)
    return None, "" if is_same else f"{said} but twin {fitted}"

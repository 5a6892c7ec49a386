"""Pauses after losses, at their boundaries."""

from datetime import timedelta
from decimal import Decimal

import pytest

from tests.fixtures.limit_cases import HOUR, lost, stopped
from tests.trading.builders import NOW
from trading.limits import CooldownScope, RiskLimits
from trading.reasons import Reason
from trading.recent_trades import EndedTrade, check_recent_trades

MOMENT = timedelta(microseconds=1)
LIMITS = RiskLimits()


def reason(*trades: EndedTrade, limits: RiskLimits = LIMITS) -> Reason | None:
    refused = check_recent_trades("BTCUSDT", trades, limits, equity_usdt=Decimal(10_000), now=NOW)
    return refused.reason if refused else None


def won(ago: timedelta) -> EndedTrade:
    return EndedTrade("BTCUSDT", NOW - ago, Decimal(0), was_stopped=False)


@pytest.mark.parametrize(
    ("trades", "expected"),
    [
        ((), None),
        ((stopped("BTCUSDT", HOUR - MOMENT),), Reason.RISK_COOLDOWN),
        ((stopped("BTCUSDT", HOUR),), None),
        ((stopped("ETHUSDT", MOMENT),), None),
        ((lost(1, MOMENT),), None),  # closed otherwise: no stop, no pause
        (tuple(stopped("ETHUSDT", n * HOUR) for n in range(4)), Reason.RISK_STOP_GUARD),
        (tuple(stopped("ETHUSDT", n * HOUR) for n in (1, 2, 3, 24)), None),
        (tuple(lost(1, n * HOUR) for n in range(2, 6)), Reason.RISK_LOSING_SYMBOL),
        ((*(lost(1, n * HOUR) for n in range(2, 6)), won(HOUR)), None),
        ((won(7 * HOUR), *(lost(1, n * HOUR) for n in range(2, 6))), Reason.RISK_LOSING_SYMBOL),
        (tuple(lost(1, n * HOUR) for n in (2, 3, 4, 24)), None),
        ((lost(500, 2 * HOUR),), Reason.RISK_LOSING_SYMBOL),
        ((lost(499, 2 * HOUR),), None),
        ((lost(500, 24 * HOUR),), None),
    ],
)
def test_a_trade_counts_while_it_is_within_its_window(
    trades: tuple[EndedTrade, ...], expected: Reason | None
) -> None:
    assert reason(*trades) is expected
    assert reason(*reversed(trades)) is expected


def test_a_pause_can_hold_the_whole_account() -> None:
    limits = RiskLimits(cooldown_scope=CooldownScope.ACCOUNT)
    assert reason(stopped("ETHUSDT", MOMENT), limits=limits) is Reason.RISK_COOLDOWN


def test_zero_switches_a_protection_off() -> None:
    limits = RiskLimits(
        cooldown_after_stop=timedelta(0), stop_guard_stops=0, losing_symbol_trades=0
    )
    assert reason(*(stopped("BTCUSDT", n * HOUR) for n in range(9)), limits=limits) is None


def test_the_memory_reaches_as_far_back_as_the_longest_window() -> None:
    assert RiskLimits(losing_symbol_window=timedelta(days=9)).memory == timedelta(days=9)

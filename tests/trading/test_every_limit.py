"""No limit is a promise on paper: each refuses a trade that passes once it is relaxed."""

from collections.abc import Mapping
from dataclasses import fields, replace
from decimal import Decimal
from typing import Any

import pytest

from tests.fixtures.limit_cases import LIMIT_CASES, LimitCase, World
from tests.trading import builders
from tests.trading.builders import NOW
from trading.brakes import Baseline
from trading.capacity import AccountState, check_capacity
from trading.limits import RiskLimits, RiskPolicy
from trading.reasons import Reason, Refused
from trading.risk import Approved, review
from trading.signals import Signal, SignalRules, validate

# What the reserving transaction counts again, because somebody else may have taken the room.
COUNTED_AGAIN = frozenset(
    {
        Reason.RISK_MAX_POSITIONS,
        Reason.RISK_SYMBOL_EXPOSURE,
        Reason.RISK_TOTAL_EXPOSURE,
        Reason.RISK_GROUP_EXPOSURE,
        Reason.RISK_ENTRIES_PER_DAY,
    }
)


def account_of(world: World) -> AccountState:
    return AccountState(
        equity_usdt=world.equity,
        available_usdt=world.available,
        day_start_equity_usdt=Decimal(10_000),
        positions=world.positions,
        high_water_mark=Baseline(world.high_water_mark),
        balance_read_at=NOW - world.balance_age,
        recent_trades=world.ended,
        entries_today=world.entries_today,
    )


def reviewed(world: World, limits: Mapping[str, Any]) -> Approved | Refused:
    market = builders.snapshot_at_40000()
    signal = validate(builders.long_analysis(), market, SignalRules())
    assert isinstance(signal, Signal)
    return review(
        replace(signal, **world.signal),
        account_of(world),
        builders.instrument(),
        RiskPolicy(replace(RiskLimits(), **limits)),
        link_id="at-1",
        now=NOW,
    )


def test_every_limit_has_a_case() -> None:
    assert set(LIMIT_CASES) == {limit.name for limit in fields(RiskLimits)}


@pytest.mark.parametrize("name", LIMIT_CASES)
def test_a_limit_refuses_what_passes_without_it(name: str) -> None:
    case = LIMIT_CASES[name]
    changed = {key for key in case.tight if case.tight[key] != case.relaxed[key]}

    refused, approved = reviewed(case.world, case.tight), reviewed(case.world, case.relaxed)

    assert changed == {name}
    assert isinstance(refused, Refused), refused
    assert refused.reason is case.reason
    assert refused.detail
    assert isinstance(approved, Approved), approved


@pytest.mark.parametrize(
    "case",
    [case for case in LIMIT_CASES.values() if case.reason in COUNTED_AGAIN],
    ids=[name for name, case in LIMIT_CASES.items() if case.reason in COUNTED_AGAIN],
)
def test_the_room_is_counted_with_the_same_limits_when_it_is_reserved(case: LimitCase) -> None:
    account, notional = account_of(case.world), Decimal(100)

    refused = check_capacity("BTCUSDT", notional, account, replace(RiskLimits(), **case.tight))
    fits = check_capacity("BTCUSDT", notional, account, replace(RiskLimits(), **case.relaxed))

    assert refused is not None
    assert refused.reason is case.reason
    assert fits is None

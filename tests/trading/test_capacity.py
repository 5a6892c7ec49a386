from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.trading import builders
from trading.capacity import (
    AccountState,
    Reservation,
    check_capacity,
    exposure_room_usdt,
    free_slots,
)
from trading.errors import InvariantError
from trading.limits import RiskLimits
from trading.reasons import Reason

LIMITS = RiskLimits()
ETH = Reservation("ETHUSDT", Decimal(6_000), leverage=Decimal(4))
BTC = builders.position()


def _reason(notional: int, account: AccountState, limits: RiskLimits = LIMITS) -> Reason | None:
    refused = check_capacity("SOLUSDT", Decimal(notional), account, limits)
    return refused.reason if refused else None


def test_an_empty_account_has_room() -> None:
    assert _reason(10_000, builders.account()) is None
    assert free_slots(builders.account(), LIMITS) == 3


def test_pending_entries_count_like_positions() -> None:
    account = builders.account(positions=(BTC,), reservations=(ETH,))
    assert account.open_count == 2
    assert account.exposure_usdt == Decimal(10_010)
    assert account.free_margin_usdt == Decimal(8_500)
    assert free_slots(account, LIMITS) == 1
    assert account.holds("BTCUSDT")
    assert account.holds("ETHUSDT")
    assert not account.holds("SOLUSDT")


def test_a_reservation_of_unknown_leverage_binds_its_whole_value() -> None:
    assert Reservation("ETHUSDT", Decimal(6_000)).margin_usdt == 6_000


@pytest.mark.parametrize(
    ("account", "notional", "reason"),
    [
        (
            builders.account(positions=(builders.position(symbol="SOLUSDT"),)),
            1,
            Reason.RISK_POSITION_OPEN,
        ),
        (
            builders.account(reservations=(Reservation("SOLUSDT", Decimal(1)),)),
            1,
            Reason.RISK_POSITION_OPEN,
        ),
        (
            builders.account(positions=(BTC, BTC), reservations=(ETH,)),
            1,
            Reason.RISK_MAX_POSITIONS,
        ),
        (builders.account(), 10_001, Reason.RISK_SYMBOL_EXPOSURE),
        (
            builders.account(positions=(BTC,), reservations=(ETH,)),
            9_991,
            Reason.RISK_TOTAL_EXPOSURE,
        ),
        (builders.account(positions=(BTC,), reservations=(ETH,)), 9_990, None),
    ],
)
def test_a_trade_beyond_the_room_is_refused(
    account: AccountState, notional: int, reason: Reason | None
) -> None:
    assert _reason(notional, account) is reason


def test_more_positions_than_allowed_leave_no_slot() -> None:
    account = builders.account(positions=(BTC,) * 5)
    assert free_slots(account, LIMITS) == 0


@given(notionals=st.lists(st.integers(1, 30_000), max_size=12))
def test_reserving_one_after_the_other_never_exceeds_a_limit(notionals: list[int]) -> None:
    account = builders.account()
    for number, notional in enumerate(notionals):
        amount = Decimal(notional)
        if check_capacity(f"COIN{number}", amount, account, LIMITS) is None:
            taken = (*account.reservations, Reservation(f"COIN{number}", amount))
            account = builders.account(reservations=taken)
    assert account.open_count <= LIMITS.max_open_positions
    assert account.exposure_usdt <= account.equity_usdt * LIMITS.max_total_exposure_fraction
    assert all(item.notional_usdt <= account.equity_usdt for item in account.reservations)


def test_the_room_is_what_the_tighter_exposure_limit_leaves() -> None:
    account = builders.account(positions=(BTC,), reservations=(ETH,))
    assert exposure_room_usdt("SOLUSDT", builders.account(), LIMITS) == 10_000
    assert exposure_room_usdt("SOLUSDT", account, LIMITS) == 9_990


def test_what_may_still_be_lost_today() -> None:
    account = builders.account(equity_usdt=Decimal(9_700))
    assert account.daily_room_usdt(LIMITS) == 200


@pytest.mark.parametrize("name", ["equity_usdt", "available_usdt", "day_start_equity_usdt"])
def test_impossible_accounts_are_refused(name: str) -> None:
    with pytest.raises(InvariantError, match=name):
        builders.account(**{name: Decimal(-1)})


@pytest.mark.parametrize(("notional", "leverage"), [(0, 1), (1, 0)])
def test_impossible_reservations_are_refused(notional: int, leverage: int) -> None:
    with pytest.raises(InvariantError):
        Reservation("ETHUSDT", Decimal(notional), Decimal(leverage))

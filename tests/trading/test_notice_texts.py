"""Each event of the desk has its words, its weight and a key of its own."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from trading.brakes import BrakeKind, TripPolicy
from trading.notice_texts import (
    closed_unprotected_notice,
    discrepancy_notice,
    entry_notice,
    exit_notice,
    halt_notice,
    unprotected_notice,
)
from trading.notices import Severity
from trading.orders import OrderRequest, OrderType, Side
from trading.positions import Direction

NOW = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)
ORDER = OrderRequest(
    link_id="link-1",
    symbol="BTCUSDT",
    side=Side.BUY,
    order_type=OrderType.MARKET,
    quantity=Decimal("0.010"),
    stop_loss=Decimal(59000),
    take_profit=Decimal(63000),
)


def test_an_entry_says_what_it_may_cost() -> None:
    notice = entry_notice(ORDER, Decimal("10.663"), now=NOW)
    assert notice.text == ("Entered: buy 0.01 BTCUSDT\nStop 59000, target 63000\nRisk 10.66 USDT")
    assert notice.dedupe_key == "entry link-1"


def test_an_exit_says_what_it_earned() -> None:
    notice = exit_notice(
        "t1", Direction.LONG, "BTCUSDT", pnl_usdt=Decimal(-5), why="stop_loss", now=NOW
    )
    assert notice.text == "Closed: long BTCUSDT\nResult -5.00 USDT (stop_loss)"


@pytest.mark.parametrize("kind", BrakeKind)
def test_a_brake_that_trips_by_itself_is_critical(kind: BrakeKind) -> None:
    notice = halt_notice(kind, TripPolicy.KEEP, by="brakes", reason="11 % down", now=NOW)
    assert (notice.severity is Severity.CRITICAL) == (kind is not BrakeKind.MANUAL)


def test_a_missing_stop_is_always_critical() -> None:
    missing = unprotected_notice("BTCUSDT", "closing", now=NOW)
    closed = closed_unprotected_notice("BTCUSDT", "no stop stood after 3 attempts", now=NOW)
    assert {missing.severity, closed.severity} == {Severity.CRITICAL}
    assert missing.dedupe_key != closed.dedupe_key  # the end is told though the trouble was


def test_a_brake_that_gets_stricter_is_another_notice() -> None:
    keys = {
        halt_notice(BrakeKind.MANUAL, policy, by="Ada", reason="lunch", now=NOW).dedupe_key
        for policy in TripPolicy
    }
    assert len(keys) == len(TripPolicy)


@pytest.mark.parametrize(
    ("needs_human", "severity"), [(True, Severity.CRITICAL), (False, Severity.WARNING)]
)
def test_a_difference_that_needs_the_owner_says_so(needs_human: bool, severity: Severity) -> None:
    notice = discrepancy_notice("missing_stop", "BTCUSDT", needs_human=needs_human, now=NOW)
    assert notice.severity is severity
    assert ("autotrader inbox" in notice.text) == needs_human

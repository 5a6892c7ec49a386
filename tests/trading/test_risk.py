"""The one door to the exchange: each limit has a test that fails when it is not enforced."""

import ast
from dataclasses import fields, replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fixtures.limit_cases import LIMIT_CASES
from tests.trading import builders
from tests.trading.builders import NOW
from trading import risk
from trading.capacity import AccountState, Reservation, check_capacity
from trading.costs import Costs
from trading.errors import InvariantError
from trading.instruments import Instrument
from trading.limits import RiskLimits, RiskPolicy
from trading.orders import OrderRequest, OrderType, PositionIndex, Side, TimeInForce
from trading.positions import Direction
from trading.reasons import Reason, Refused
from trading.risk import Approved, approve_reduction, review
from trading.signals import Signal
from trading.sizing import Size

FREE = Costs(Decimal(0), Decimal(0), Decimal(0))
# Wide enough that only the limit a test names can bind.
WIDE = RiskLimits(
    max_open_positions=100,
    risk_fraction_per_trade=Decimal("0.01"),
    max_symbol_exposure_fraction=Decimal(50),
    max_total_exposure_fraction=Decimal(100),
    max_leverage=Decimal(100),
    max_daily_loss_fraction=Decimal(1),
    minimum_reward_risk=Decimal(0),
    maximum_spread_bps=Decimal(100),
    liquidation_stop_distances=Decimal(0),
    maximum_signal_age=timedelta(days=1),
)


def _review(
    signal: Signal | None = None,
    account: AccountState | None = None,
    instrument: Instrument | None = None,
    *,
    costs: Costs = FREE,
    **limits: Any,
) -> Approved | Refused:
    return review(
        signal or builders.signal(),
        account or builders.account(),
        instrument or builders.instrument(),
        RiskPolicy(replace(WIDE, **limits), costs),
        link_id="at-1",
        now=NOW,
    )


def _approved(result: Approved | Refused) -> Approved:
    assert isinstance(result, Approved), result
    return result


def _reason(result: Approved | Refused) -> Reason:
    assert isinstance(result, Refused), result
    return result.reason


def test_an_approved_entry_carries_its_stop_and_target() -> None:
    approved = _approved(_review())
    assert approved.order == OrderRequest(
        link_id="at-1",
        symbol="BTCUSDT",
        side=Side.BUY,
        order_type=OrderType.MARKET,
        quantity=Decimal("0.250"),
        stop_loss=Decimal(39_600),
        take_profit=Decimal(40_800),
        time_in_force=TimeInForce.IMMEDIATE_OR_CANCEL,
    )
    assert (approved.risk_usdt, approved.notional_usdt) == (100, 10_000)


def test_a_short_is_sold() -> None:
    order = _approved(_review(builders.short_signal())).order
    assert (order.side, order.stop_loss) == (Side.SELL, Decimal(40_400))


def test_every_limit_has_a_test_that_names_it() -> None:
    names = [name for name in globals() if name.startswith("test_")]
    untested = [
        field.name
        for field in fields(RiskLimits)
        if field.name not in LIMIT_CASES
        and not any(name.startswith(f"test_{field.name}_") for name in names)
    ]
    assert untested == []


def test_max_open_positions_refuses_one_more() -> None:
    account = builders.account(
        positions=(builders.position(symbol="ETHUSDT"),),
        reservations=(Reservation("SOLUSDT", Decimal(10)),),
    )
    assert isinstance(_review(account=account, max_open_positions=3), Approved)
    refused = _review(account=account, max_open_positions=2)
    assert _reason(refused) is Reason.RISK_MAX_POSITIONS


def test_risk_fraction_per_trade_bounds_the_loss_at_the_stop() -> None:
    half = _approved(_review(risk_fraction_per_trade=Decimal("0.005")))
    assert half.risk_usdt == 50
    assert half.order.quantity == Decimal("0.125")


def test_max_symbol_exposure_fraction_bounds_the_notional() -> None:
    approved = _approved(_review(max_symbol_exposure_fraction=Decimal("0.4")))
    assert approved.notional_usdt == 4_000
    nothing = _review(max_symbol_exposure_fraction=Decimal("0.0001"))
    assert _reason(nothing) is Reason.RISK_SYMBOL_EXPOSURE


def test_max_total_exposure_fraction_bounds_the_sum_of_notionals() -> None:
    held = builders.position(symbol="ETHUSDT", quantity=Decimal(1), mark_price=Decimal(9_000))
    account = builders.account(positions=(held,))
    limits = {"max_symbol_exposure_fraction": Decimal(1)}
    total = _review(account=account, max_total_exposure_fraction=Decimal("1.5"), **limits)
    assert _approved(total).notional_usdt == 6_000
    full = _review(
        account=replace(account, reservations=(Reservation("SOLUSDT", Decimal(1_000)),)),
        max_total_exposure_fraction=Decimal(1),
        **limits,
    )
    assert _reason(full) is Reason.RISK_TOTAL_EXPOSURE


def test_max_leverage_is_never_exceeded() -> None:
    assert _approved(_review(max_leverage=Decimal(7))).leverage == 7
    assert _approved(_review(max_leverage=Decimal("7.9"))).leverage == 7
    instrument = builders.instrument(maximum_leverage=Decimal(12))
    assert _approved(_review(instrument=instrument)).leverage == 12


def test_liquidation_stop_distances_lower_the_leverage() -> None:
    # Two stops of 1 % and the 1 % assumed maintenance rate: 1 / 0.03.
    approved = _approved(_review(liquidation_stop_distances=Decimal(2)))
    assert approved.leverage == 33
    far = builders.signal(stop_loss=Decimal(19_000), take_profit=Decimal(80_000))
    refused = _review(far, liquidation_stop_distances=Decimal(2))
    assert _reason(refused) is Reason.RISK_LEVERAGE


def test_max_daily_loss_fraction_stops_entries_at_the_floor() -> None:
    lost = builders.account(equity_usdt=Decimal(9_500))
    assert isinstance(_review(account=lost, max_daily_loss_fraction=Decimal("0.06")), Approved)
    refused = _review(account=lost, max_daily_loss_fraction=Decimal("0.05"))
    assert _reason(refused) is Reason.RISK_DAILY_LOSS


def test_max_daily_loss_fraction_shrinks_the_last_trade_before_the_floor() -> None:
    account = builders.account(equity_usdt=Decimal(9_540))
    approved = _approved(_review(account=account, max_daily_loss_fraction=Decimal("0.05")))
    assert approved.risk_usdt == 40


def test_a_day_with_too_little_left_to_lose_is_named_as_the_reason() -> None:
    account = builders.account(equity_usdt=Decimal("9500.1"))
    refused = _review(account=account, max_daily_loss_fraction=Decimal("0.05"))
    assert isinstance(refused, Refused)
    assert refused.reason is Reason.RISK_DAILY_LOSS
    assert refused.detail.startswith("0.1")


def test_minimum_reward_risk_is_measured_after_costs() -> None:
    assert isinstance(_review(minimum_reward_risk=Decimal(2)), Approved)
    refused = _review(costs=Costs(), minimum_reward_risk=Decimal(2))
    assert _reason(refused) is Reason.RISK_REWARD_RISK


def test_maximum_spread_bps_refuses_a_thin_book() -> None:
    signal = builders.signal(spread_bps=Decimal(9))
    assert isinstance(_review(signal, maximum_spread_bps=Decimal(9)), Approved)
    refused = _review(signal, maximum_spread_bps=Decimal(8))
    assert _reason(refused) is Reason.RISK_SPREAD


def test_maximum_signal_age_refuses_yesterdays_news() -> None:
    signal = builders.signal(created_at=NOW - timedelta(minutes=15))
    assert isinstance(_review(signal, maximum_signal_age=timedelta(minutes=15)), Approved)
    refused = _review(signal, maximum_signal_age=timedelta(minutes=14))
    assert _reason(refused) is Reason.ANALYST_STALE


@pytest.mark.parametrize(
    ("account", "reason"),
    [
        (builders.account(positions=(builders.position(),)), Reason.RISK_POSITION_OPEN),
        (builders.account(available_usdt=Decimal(0)), Reason.RISK_AVAILABLE_BALANCE),
        (
            builders.account(
                available_usdt=Decimal(1_000),
                reservations=(Reservation("ETHUSDT", Decimal(1_000)),),
            ),
            Reason.RISK_AVAILABLE_BALANCE,
        ),
        (builders.account(equity_usdt=Decimal(1)), Reason.RISK_MINIMUM_QUANTITY),
    ],
    ids=["position open", "no balance", "balance promised away", "too small an account"],
)
def test_an_account_without_room_is_refused(account: AccountState, reason: Reason) -> None:
    assert _reason(_review(account=account)) is reason


def test_the_smallest_notional_of_the_exchange_is_kept() -> None:
    instrument = builders.instrument(minimum_notional_usdt=Decimal(200_000))
    assert _reason(_review(instrument=instrument)) is Reason.RISK_MINIMUM_NOTIONAL


def test_a_symbol_that_is_not_trading_is_refused() -> None:
    instrument = builders.instrument(is_trading=False)
    assert _reason(_review(instrument=instrument)) is Reason.DATA_INSTRUMENT


def test_the_balance_covers_margin_slippage_and_both_fees() -> None:
    costs = Costs(Decimal("0.001"), Decimal(10), Decimal(0))
    account = builders.account(available_usdt=Decimal(100))
    instrument = builders.instrument(quantity_step=Decimal("0.00001"))
    result = _review(None, account, instrument, costs=costs, max_leverage=Decimal(10))
    # 100 / (1.001 x (1/10 + 2 x 0.001)) = 979.4, in steps of 0.4 USDT.
    assert _approved(result).notional_usdt == Decimal("979.2")


def test_filters_of_another_symbol_are_a_bug() -> None:
    with pytest.raises(InvariantError, match="ETHUSDT"):
        _review(instrument=builders.instrument(symbol="ETHUSDT"))


@given(
    equity=st.integers(1, 10**7),
    available=st.integers(0, 10**7),
    held=st.integers(1, 10**7),
    stop=st.integers(20_000, 39_990),
    direction=st.sampled_from(Direction),
)
def test_whatever_is_approved_keeps_every_limit(
    equity: int, available: int, held: int, stop: int, direction: Direction
) -> None:
    limits, costs = RiskLimits(minimum_reward_risk=Decimal(0)), Costs()
    distance = direction.sign * (40_000 - Decimal(stop))
    signal = builders.signal(
        direction=direction, stop_loss=40_000 - distance, take_profit=40_000 + distance
    )
    account = builders.account(
        equity_usdt=Decimal(equity),
        available_usdt=Decimal(available),
        day_start_equity_usdt=Decimal(equity),
        reservations=(Reservation("ETHUSDT", Decimal(held), Decimal(5)),),
    )
    policy = RiskPolicy(limits, costs)
    result = review(signal, account, builders.instrument(), policy, link_id="at-1", now=NOW)
    if isinstance(result, Refused):
        return
    assert check_capacity("BTCUSDT", result.notional_usdt, account, limits) is None
    assert result.risk_usdt <= equity * limits.risk_fraction_per_trade
    assert result.leverage is not None
    assert 1 <= result.leverage <= limits.max_leverage
    assert result.notional_usdt / result.leverage <= account.free_margin_usdt


def test_an_order_cannot_be_approved_elsewhere() -> None:
    order = _approved(_review()).order
    with pytest.raises(InvariantError, match=r"call review\(\)"):
        Approved(order, Decimal(1), Decimal(1), None, seal=object())


def test_no_other_source_file_builds_an_approved_order() -> None:
    root = Path(risk.__file__).parent.parent
    folders = ("trading", "tasks", "flows", "adapters", "db", "config", "api", "ui", "cli")
    sources = [path for folder in folders for path in (root / folder).rglob("*.py")]
    assert len(sources) > 10
    builders_of_approved = {
        path.relative_to(root).as_posix()
        for path in sources
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Approved"
    }
    assert builders_of_approved == {"trading/risk.py"}


def test_an_approved_order_cannot_be_altered() -> None:
    approved = _approved(_review())
    with pytest.raises((ValueError, TypeError), match="seal"):  # TypeError since Python 3.13
        replace(approved, risk_usdt=Decimal(0))
    with pytest.raises(AttributeError):
        approved.risk_usdt = Decimal(0)  # type: ignore[misc]


@pytest.mark.parametrize(("quantity", "expected"), [(None, "0.1"), (Decimal("0.04"), "0.04")])
def test_a_reduction_needs_no_limit(quantity: Decimal | None, expected: str) -> None:
    position = builders.position(position_index=PositionIndex.HEDGE_LONG)
    approved = approve_reduction(position, quantity, link_id="at-2")
    assert approved.order == OrderRequest(
        link_id="at-2",
        symbol="BTCUSDT",
        side=Side.SELL,
        order_type=OrderType.MARKET,
        quantity=Decimal(expected),
        reduce_only=True,
        time_in_force=TimeInForce.IMMEDIATE_OR_CANCEL,
        position_index=PositionIndex.HEDGE_LONG,
    )
    assert approved.notional_usdt == Decimal(expected) * 40_100
    assert (approved.risk_usdt, approved.leverage) == (0, None)


@pytest.mark.parametrize("quantity", ["0.11", "0", "-0.1"])
def test_a_reduction_never_exceeds_the_position(quantity: str) -> None:
    with pytest.raises(InvariantError, match="cannot close"):
        approve_reduction(builders.position(), Decimal(quantity), link_id="at-2")


def test_an_order_that_was_reserved_leaves_in_its_own_size_when_reviewed_again() -> None:
    first = _approved(_review(account=builders.account(equity_usdt=Decimal(10_000))))
    fresh = _approved(_review(account=builders.account(equity_usdt=Decimal(9_900))))
    assert first.order.quantity > fresh.order.quantity

    assert risk.renew(first.order, _size_of(first), fresh) == first


@pytest.mark.parametrize(
    "changes",
    [{"take_profit": None}, {"symbol": "ETHUSDT"}, {"link_id": "another"}],
    ids=["another target", "another symbol", "another id"],
)
def test_a_reserved_order_that_is_another_trade_is_not_renewed(changes: dict[str, Any]) -> None:
    fresh = _approved(_review())

    renewed = risk.renew(replace(fresh.order, **changes), _size_of(fresh), fresh)

    assert isinstance(renewed, Refused)
    assert renewed.reason is Reason.ANALYST_STALE


def _size_of(approved: Approved) -> Size:
    return Size(approved.order.quantity, approved.risk_usdt, approved.notional_usdt)

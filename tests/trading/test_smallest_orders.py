"""Live without a measured edge: the smallest order the exchange takes, within every limit."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.trading import builders
from tests.trading.builders import NOW
from trading.costs import Costs
from trading.limits import RiskLimits, RiskPolicy
from trading.reasons import Reason, Refused
from trading.risk import Approved, review

FREE = Costs(Decimal(0), Decimal(0), Decimal(0))


def reviewed(policy: RiskPolicy, *, equity: int = 10_000, **filters: Any) -> Approved | Refused:
    """The long of 40000 with its stop 400 away, in an account and at an exchange of these."""
    account = builders.account(
        equity_usdt=Decimal(equity),
        available_usdt=Decimal(equity),
        day_start_equity_usdt=Decimal(equity),
    )
    instrument = builders.instrument(**filters)
    return review(builders.signal(), account, instrument, policy, link_id="at-1", now=NOW)


@pytest.mark.parametrize(
    ("filters", "quantity"),
    [
        ({}, "0.001"),  # 40 USDT, above the smallest notional
        ({"minimum_quantity": Decimal("0.005")}, "0.005"),
        ({"minimum_notional_usdt": Decimal(90)}, "0.003"),
        ({"minimum_notional_usdt": Decimal(10_000)}, "0.25"),  # the risk allows no more
    ],
)
def test_an_order_is_the_smallest_the_exchange_takes(
    filters: dict[str, Any], quantity: str
) -> None:
    approved = reviewed(RiskPolicy(costs=FREE, smallest_only=True), **filters)
    assert isinstance(approved, Approved)
    assert approved.order.quantity == Decimal(quantity)
    assert approved.risk_usdt == Decimal(quantity) * 400
    assert approved.notional_usdt == Decimal(quantity) * 40_000


def test_it_is_still_worth_the_smallest_notional_when_the_price_slips() -> None:
    slipping = replace(FREE, entry_slippage_bps=Decimal(10))
    found = reviewed(
        RiskPolicy(costs=slipping, smallest_only=True), minimum_notional_usdt=Decimal(40)
    )
    assert isinstance(found, Approved)
    assert found.order.quantity == Decimal("0.002")


def test_it_is_refused_where_even_its_risk_is_too_much() -> None:
    careful = RiskLimits(risk_fraction_per_trade=Decimal("0.00003"))
    found = reviewed(RiskPolicy(careful, FREE, smallest_only=True))
    assert isinstance(found, Refused)
    assert found.reason is Reason.RISK_MINIMUM_QUANTITY


@given(
    equity=st.integers(50, 10**6),
    notional=st.integers(1, 1_000),
    step=st.sampled_from(["0.001", "0.005", "0.1"]),
)
def test_it_is_never_larger_than_the_order_sized_by_risk(
    equity: int, notional: int, step: str
) -> None:
    filters = {
        "minimum_notional_usdt": Decimal(notional),
        "quantity_step": Decimal(step),
        "minimum_quantity": Decimal(step),
    }
    whole = reviewed(RiskPolicy(), equity=equity, **filters)
    smallest = reviewed(RiskPolicy(smallest_only=True), equity=equity, **filters)
    if isinstance(whole, Refused):
        assert smallest == whole
        return
    assert isinstance(smallest, Approved)
    assert smallest.order.quantity <= whole.order.quantity
    assert smallest.risk_usdt <= whole.risk_usdt
    assert smallest.notional_usdt >= notional

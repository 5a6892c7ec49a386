"""What a model costs is said in the units of what is traded on its word."""

from decimal import Decimal

import pytest

from trading.errors import InvariantError
from trading.model_costs import ModelBill

D = Decimal
BILL = ModelBill(calls=240, cost_usd=D("11.70"), open_usd=D("0.30"), trades=24, risk_usdt=D(240))


def test_the_cost_is_in_units_of_the_risk_it_was_paid_for() -> None:
    assert BILL.spent_usd == 12
    assert BILL.cost_r == D("0.05")


def test_a_small_account_pays_its_edge_to_the_model() -> None:
    # 24 trades of 1 % risk that earn 0.05 R each: 0.012 of the equity pays 12 USD from 1000 on.
    equity = BILL.break_even_equity_usdt(risk_fraction=D("0.01"), least_edge_r=D("0.05"))
    assert equity == 1000
    double = BILL.break_even_equity_usdt(risk_fraction=D("0.005"), least_edge_r=D("0.05"))
    assert double == 2000


def test_without_a_trade_there_is_nothing_to_set_it_against() -> None:
    idle = ModelBill(calls=3, cost_usd=D(1), open_usd=D(0), trades=0, risk_usdt=D(0))
    assert idle.cost_r is None
    assert idle.break_even_equity_usdt(risk_fraction=D("0.01"), least_edge_r=D("0.05")) is None


@pytest.mark.parametrize("wrong", [{"cost_usd": D(-1)}, {"trades": -1}, {"risk_usdt": D(-1)}])
def test_nothing_of_it_is_below_zero(wrong: dict[str, Decimal]) -> None:
    fields = {"calls": 1, "cost_usd": D(1), "open_usd": D(0), "trades": 1, "risk_usdt": D(1)}
    with pytest.raises(InvariantError):
        ModelBill(**(fields | wrong))  # type: ignore[arg-type]

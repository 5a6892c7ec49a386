from decimal import Decimal

import pytest

from exchange_sim.engine.events import WalletUpdated
from tests.exchange_sim.engine.desk import ETH, ME, Desk


@pytest.mark.parametrize(("side", "price"), [("Buy", 57_000), ("Sell", 63_000)])
def test_an_account_below_maintenance_is_closed_and_left_with_nothing(
    side: str, price: int
) -> None:
    desk = Desk.open()
    desk.leverage(100)
    desk.order(side=side, qty="4")
    resting = desk.limit("Buy", "0.001", "30000")
    desk.move(price)

    assert desk.position().size == 0
    assert desk.wallet.balance == 0
    assert desk.now(resting).cancel_type == "CancelAllBeforeLiq"
    bust = next(desk.exchange.executions(ME))
    assert bust.exec_type == "BustTrade"
    assert bust.create_type == "CreateByTakeOver_PassThrough"
    assert bust.fee_rate == Decimal("0.00055")
    assert next(desk.exchange.closed_pnls(ME)).exec_type == "BustTrade"
    assert desk.log()[0].type == "LIQUIDATION"
    assert desk.total() == 0


def test_insurance_keeps_what_the_market_left_and_pays_what_it_took() -> None:
    for price, sign in ((57_700, 1), (50_000, -1)):
        desk = Desk.open()
        desk.leverage(100)
        desk.buy("4")
        desk.move(price)
        assert desk.position().size == 0
        assert desk.wallet.balance == 0
        assert desk.exchange.counter_accounts()["insurance"] * sign > 0
        assert desk.total() == 0


def test_every_position_of_a_cross_account_goes_together() -> None:
    desk = Desk.open()
    desk.leverage(50)
    desk.leverage(50, ETH)
    desk.buy("3")
    desk.order(symbol=ETH, qty="50")
    desk.move(58_000)
    desk.move(2850, symbol=ETH)
    assert desk.exchange.positions(ME) == []
    assert desk.wallet.balance == 0
    assert desk.total() == 0


def test_it_is_the_mark_that_liquidates_not_the_last_price() -> None:
    desk = Desk.open()
    desk.leverage(100)
    desk.buy("4")
    desk.move(57_000, mark=60_000)
    assert desk.position().size == 4
    desk.move(60_000, mark=57_000)
    assert desk.position().size == 0


def test_a_gap_through_stop_and_bankruptcy_is_a_liquidation() -> None:
    desk = Desk.open()
    desk.leverage(100)
    desk.buy("4", stopLoss="59000")
    desk.gap(50_000)
    assert next(desk.exchange.executions(ME)).exec_type == "BustTrade"
    assert desk.wallet.balance == 0


def test_a_funding_payment_can_liquidate() -> None:
    desk = Desk.open()
    desk.leverage(100)
    desk.buy("14")  # equity 9,538; maintenance about 4,657
    desk.move(59_665)
    assert desk.position().size == 14
    desk.settle("0.00375")
    assert desk.position().size == 0
    assert desk.total() == 0


def test_a_liquidated_account_trades_again_after_a_deposit() -> None:
    desk = Desk.open()
    desk.leverage(100)
    desk.buy("4")
    desk.move(57_000)
    desk.exchange.deposit(ME, Decimal(1000))
    assert desk.buy("0.01").status == "Filled"
    assert any(isinstance(event, WalletUpdated) for event in desk.heard)

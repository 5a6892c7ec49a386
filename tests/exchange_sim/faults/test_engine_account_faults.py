"""The faults of positions and wallet, as a client meets them."""

from collections.abc import Iterator
from decimal import Decimal

import pytest

from tests.exchange_sim.faults.trader import Trader, trading


@pytest.fixture
def trader() -> Iterator[Trader]:
    with trading() as one:
        yield one


def test_without_a_position_there_is_nothing_to_strike_and_the_log_says_so(
    trader: Trader,
) -> None:
    trader.venue.switch_on("pos.adl")
    assert trader.venue.log()[-1]["detail"] == "no open position matches"


def test_a_gap_beyond_the_stop_fills_it_at_the_new_price(trader: Trader) -> None:
    trader.hold(stop="0.97")
    before = trader.last
    trader.venue.switch_on("mkt.gap", pct=-10)
    trader.venue.advance(10)
    assert Decimal(trader.position["size"]) == 0
    assert Decimal(trader.newest_execution()["execPrice"]) < before * Decimal("0.905")


@pytest.mark.parametrize(
    ("name", "kind", "left"),
    [
        ("pos.liquidate", "BustTrade", "0"),
        ("pos.adl", "AdlTrade", "0.005"),
        ("pos.external_close", "Trade", "0"),
    ],
)
def test_a_position_shrinks_by_other_hands(
    trader: Trader, name: str, kind: str, left: str
) -> None:
    trader.hold()
    trader.venue.switch_on(name, {"symbol": "^BTC", "side": "Buy"})
    row = trader.newest_execution()
    assert (row["execType"], row["orderLinkId"]) == (kind, "")
    assert Decimal(trader.position["size"]) == Decimal(left)


@pytest.mark.parametrize("side", ["Buy", "Sell"])
def test_the_owner_opens_by_hand(trader: Trader, side: str) -> None:
    trader.venue.switch_on("pos.external_open", {"symbol": "BTC"}, side=side)
    assert trader.position["side"] == side
    assert trader.newest_execution()["orderLinkId"] == ""


def test_the_owner_opens_a_quantity_with_a_stop(trader: Trader) -> None:
    stop = trader.near("0.95")
    trader.venue.switch_on("pos.external_open", symbol="BTCUSDT", qty="0.02", stop_loss=stop)
    assert (trader.position["size"], trader.position["stopLoss"]) == ("0.02", stop)


@pytest.mark.parametrize(("side", "stop"), [("Buy", "0.9"), ("Sell", "1.1")])
def test_the_owner_moves_the_stop_closer(trader: Trader, side: str, stop: str) -> None:
    trader.hold(side, stop=stop)
    trader.venue.switch_on("pos.external_sl_move", bps=200)
    distance = abs(Decimal(trader.position["stopLoss"]) / trader.last - 1)
    assert abs(distance - Decimal("0.02")) < Decimal("0.0001")


def test_mode_and_leverage_are_switched_by_hand(trader: Trader) -> None:
    trader.venue.switch_on("pos.leverage_changed", leverage=3)
    assert trader.position["leverage"] == "3"
    trader.venue.switch_on("pos.mode_switched")
    assert [row["positionIdx"] for row in trader.rows("position/list")] == [1, 2]


def test_a_reduce_only_flag_ends_when_it_is_switched_off(trader: Trader) -> None:
    trader.hold()
    fault = trader.venue.switch_on("pos.reduce_only_flag", {"symbol": "BTC"})
    assert trader.order()["retCode"] == 110023
    assert trader.position["isReduceOnly"] is True
    trader.venue.ask("DELETE", f"faults?id={fault}")
    assert trader.order()["retCode"] == 0


def test_a_lowered_risk_limit_refuses_large_orders_while_it_is_on(trader: Trader) -> None:
    fault = trader.venue.switch_on("pos.risk_limit_lowered", fraction="0.0001")
    assert trader.order(qty="0.1")["retCode"] == 110090
    trader.venue.ask("DELETE", f"faults?id={fault}")
    assert trader.order(qty="0.1")["retCode"] == 0


@pytest.mark.parametrize(
    ("name", "amount", "kind", "change"),
    [
        ("wallet.transfer", "250", "TRANSFER_IN", "250"),
        ("wallet.transfer", "-250", "TRANSFER_OUT", "-250"),
        ("wallet.transfer", "-99999", "TRANSFER_OUT", "-10000"),
        ("wallet.bonus", "5", "BONUS", "5"),
    ],
)
def test_money_comes_and_goes(
    trader: Trader, name: str, amount: str, kind: str, change: str
) -> None:
    trader.venue.switch_on(name, amount=amount)
    assert trader.balance == 10_000 + Decimal(change)
    log = trader.client.get("/v5/account/transaction-log", type=kind).json()["result"]["list"]
    assert Decimal(log[0]["change"]) == Decimal(change)


def test_fees_change(trader: Trader) -> None:
    trader.venue.switch_on("wallet.fee_change", maker="0.0003", taker="0.0009")
    (row,) = trader.rows("account/fee-rate")
    assert (row["makerFeeRate"], row["takerFeeRate"]) == ("0.0003", "0.0009")
    trader.order()
    assert Decimal(trader.newest_execution()["feeRate"]) == Decimal("0.0009")


def test_a_fault_acts_at_the_very_moment_its_window_begins(trader: Trader) -> None:
    trader.hold()
    now_ms = trader.venue.ask("GET", "status")["now_ms"]
    trader.venue.switch_on("pos.external_close", window=[now_ms + 12_345, None])
    assert Decimal(trader.position["size"]) > 0
    trader.venue.advance(3_600_000)
    assert int(trader.newest_execution()["execTime"]) == now_ms + 12_345


def test_a_fault_touches_the_account_it_names_and_no_other(trader: Trader) -> None:
    other = {"account": "200", "api_key": "other-key", "api_secret": "other-secret"}
    trader.venue.ask("POST", "accounts", **other, balance="500")
    trader.venue.switch_on("wallet.bonus", {"account": "200"}, amount="7")
    assert trader.balance == 10_000
    records = trader.venue.ask("GET", "records?account=200")["accounts"]["200"]
    assert [row["type"] for row in records["transactions"]] == ["BONUS", "TRANSFER_IN"]
    assert [one["account"] for one in records["events"]] == ["200"] * len(records["events"])

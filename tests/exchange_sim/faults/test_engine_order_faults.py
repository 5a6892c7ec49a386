"""The faults of matching, stops and targets, as a client meets them."""

from collections.abc import Iterator
from decimal import Decimal

import pytest

from tests.exchange_sim.faults.trader import Trader, trading


@pytest.fixture
def trader() -> Iterator[Trader]:
    with trading() as one:
        yield one


@pytest.mark.parametrize(
    ("name", "parameters", "status", "reason", "filled"),
    [
        ("match.partial_then_cancel", {"fraction": "0.4"}, "Cancelled", "NoImmediate", "0.004"),
        ("match.partial", {"fractions": ["0.3", "0.7"]}, "PartiallyFilled", "NoError", "0.003"),
        ("match.no_liquidity", {}, "Cancelled", "NoImmediateQtyToFill", "0"),
        ("match.async_reject", {"status": "Rejected"}, "Rejected", "EC_Others", "0"),
        ("match.qty_truncated", {"fraction": "0.5"}, "Filled", "NoError", "0.005"),
    ],
)
def test_a_market_order_is_acknowledged_and_then_meets_trouble(
    trader: Trader, name: str, parameters: dict, status: str, reason: str, filled: str
) -> None:
    trader.venue.switch_on(name, {"link_id": "^entry"}, count=1, **parameters)
    assert trader.order(orderLinkId="entry-1")["retCode"] == 0
    row = trader.newest_order()
    assert row["orderStatus"] == status
    assert reason in row["rejectReason"]
    assert Decimal(row["cumExecQty"]) == Decimal(filled)
    (entry,) = trader.venue.log()
    assert (entry["name"], entry["event"]["link_id"]) == (name, "entry-1")


@pytest.mark.parametrize(
    ("name", "parameters", "status"),
    [
        ("match.limit_never_fills", {}, "New"),
        ("match.post_only_cross", {}, "Cancelled"),
        ("match.price_adjusted", {"ticks": 7}, "New"),
    ],
)
def test_a_limit_order_meets_trouble(
    trader: Trader, name: str, parameters: dict, status: str
) -> None:
    force = "PostOnly" if name == "match.post_only_cross" else "GTC"
    never = name == "match.limit_never_fills"
    price = trader.near("1.005" if never else "0.9")
    trader.venue.switch_on(name, **parameters)
    trader.order(orderType="Limit", price=price, timeInForce=force)
    row = trader.newest_order()
    assert row["orderStatus"] == status
    moved = Decimal(price) - Decimal(row["price"])
    assert moved == (Decimal("0.7") if name == "match.price_adjusted" else 0)


def test_no_liquidity_can_be_told_at_once(trader: Trader) -> None:
    trader.venue.switch_on("match.no_liquidity", mode="sync_10001")
    assert trader.order()["retCode"] == 10001


def test_slippage_costs(trader: Trader) -> None:
    before = trader.last
    trader.venue.switch_on("match.slippage", bps=100)
    trader.order()
    assert Decimal(trader.newest_execution()["execPrice"]) >= before * Decimal("1.01")


@pytest.mark.parametrize(
    ("name", "path", "status"),
    [
        ("match.fill_during_cancel", "order/cancel", "Filled"),
        ("match.fill_during_amend", "order/amend", "Filled"),
        ("match.late_fill", "order/cancel", "Cancelled"),
    ],
)
def test_cancel_and_amend_lose_the_race(trader: Trader, name: str, path: str, status: str) -> None:
    price = trader.near("0.9")
    trader.order(orderType="Limit", price=price, orderLinkId="entry-1")
    trader.venue.switch_on(name)
    assert trader.post(path, orderLinkId="entry-1", price=trader.near("0.85"))["retCode"] == 0
    trader.venue.advance(1000)
    row = trader.newest_order()
    assert (row["orderStatus"], row["cumExecQty"], row["price"]) == (status, "0.01", price)
    assert trader.position["size"] == "0.01"


def test_a_stop_comes_late_and_the_records_tell_how_late(trader: Trader) -> None:
    trader.venue.switch_on("tpsl.child_delay", ms=1500)
    trader.hold()
    assert (trader.stops(), trader.position["stopLoss"]) == ([], "0")
    trader.venue.advance(1500)
    (stop,) = trader.stops()
    assert int(stop["createdTime"]) - int(trader.position["createdTime"]) == 1500
    records = trader.venue.ask("GET", "records?account=100001")
    events = records["accounts"]["100001"]["events"]
    born = [one for one in events if one["detail"].get("stopOrderType") == "StopLoss"]
    assert born[0]["at_ms"] == int(stop["createdTime"])
    assert born[0]["detail"]["status"] == "Untriggered"


@pytest.mark.parametrize("name", ["tpsl.child_missing", "tpsl.vanish"])
def test_a_position_stands_without_its_stop(trader: Trader, name: str) -> None:
    if name == "tpsl.child_missing":
        trader.venue.switch_on(name)
    trader.hold()
    if name == "tpsl.vanish":
        trader.venue.switch_on(name)
    assert trader.position["size"] == "0.01"
    assert trader.stops() == []


@pytest.mark.parametrize(
    ("name", "code"), [("tpsl.set_ack_but_absent", 0), ("tpsl.reject", 10001)]
)
def test_a_stop_cannot_be_set(trader: Trader, name: str, code: int) -> None:
    before = trader.hold()["stopLoss"]
    trader.venue.switch_on(name, count=1)
    wish = {"positionIdx": 0, "tpslMode": "Full", "stopLoss": trader.near("0.95")}
    assert trader.post("position/trading-stop", **wish)["retCode"] == code
    assert trader.position["stopLoss"] == before
    assert trader.post("position/trading-stop", **wish)["retCode"] == 0
    assert trader.position["stopLoss"] != before


@pytest.mark.parametrize(
    ("name", "left"),
    [("tpsl.trigger_partial_fill", "0.005"), ("tpsl.trigger_no_liquidity", "0.01")],
)
def test_a_triggered_stop_leaves_a_naked_position(trader: Trader, name: str, left: str) -> None:
    trader.hold(stop="0.97")
    trader.venue.switch_on(name)
    trader.venue.switch_on("mkt.gap", pct=-4)
    trader.venue.advance(10)
    assert Decimal(trader.position["size"]) == Decimal(left)
    assert trader.stops() == []


def test_target_and_stop_in_one_bar_are_the_stop(trader: Trader) -> None:
    trader.hold(stop="0.98", target="1.02")
    trader.venue.switch_on("tpsl.both_in_one_bar")
    trader.venue.advance(20)
    assert Decimal(trader.position["size"]) == 0
    assert trader.newest_execution()["stopOrderType"] == "StopLoss"


@pytest.mark.parametrize("fractions", [[], ["0"], ["0.5", "1.5"], ["half"], "0.5,-0.1", 7])
def test_pieces_that_are_no_fractions_are_refused(trader: Trader, fractions: object) -> None:
    wish = {"name": "match.partial", "parameters": {"fractions": fractions}}
    reply = trader.venue.control.post("faults", json=wish)
    assert reply.status_code == 400
    assert "fractions" in reply.json()["error"]

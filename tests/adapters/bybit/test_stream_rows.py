"""Pushed rows as values."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from adapters.bybit.stream_rows import LOST_SNAPSHOT, PushReader
from trading.account import Wallet
from trading.errors import BadDataError
from trading.executions import Execution
from trading.orders import Order, PositionIndex
from trading.positions import Direction, Position
from trading.pushes import FlatPosition, Quote, StreamMessage

AT = datetime(2026, 1, 1, tzinfo=UTC)
MS = 1746270400355
PUSHED = datetime(2025, 5, 3, 11, 6, 40, 355000, tzinfo=UTC)
# The documentation's own samples (bybit_v5.md, Appendix A), shortened to what is read.
EXECUTION = {
    "category": "linear", "symbol": "BTCUSDT", "closedSize": "0.5", "execFee": "26.3725275",
    "execId": "0ab1", "execPrice": "95900.1", "execQty": "0.5", "execType": "Trade",
    "execValue": "47950.05", "feeRate": "0.00055", "orderId": "9aac", "orderLinkId": "",
    "side": "Sell", "execTime": "1746270400353", "isMaker": False, "seq": 140612148849382,
}  # fmt: skip
ORDER = {
    "category": "linear", "symbol": "BTCUSDT", "orderId": "o1", "orderLinkId": "",
    "parentOrderLinkId": "entry-1", "side": "Sell", "orderType": "Market", "price": "",
    "qty": "0.500", "orderStatus": "Untriggered", "stopOrderType": "StopLoss",
    "triggerPrice": "48000.00", "reduceOnly": True, "cumExecQty": "0", "avgPrice": "",
    "positionIdx": 0, "createdTime": "1672364262444", "updatedTime": "1672364262457",
}  # fmt: skip
POSITION = {
    "positionIdx": 0, "symbol": "ETHUSDT", "side": "Sell", "size": "0.01",
    "entryPrice": "3641.075", "leverage": "30", "markPrice": "3641.33", "takeProfit": "0",
    "stopLoss": "0", "unrealisedPnl": "-0.00255", "updatedTime": "1762199125472",
    "liqPrice": "51764.83003276", "category": "linear", "seq": 325852190774,
}  # fmt: skip
WALLET = {
    "totalAvailableBalance": "900", "totalInitialMargin": "100", "totalMaintenanceMargin": "5",
    "coin": [{"coin": "USDT", "equity": "1001", "walletBalance": "1000", "unrealisedPnl": "1"}],
}  # fmt: skip
TICKER = {
    "symbol": "BTCUSDT", "lastPrice": "100", "markPrice": "101", "bid1Price": "99",
    "ask1Price": "102",
}  # fmt: skip


def push(topic: str, *rows: dict[str, Any]) -> dict[str, Any]:
    return {"topic": topic, "id": "1", "creationTime": MS, "data": list(rows)}


def ticker(kind: str, ts: int = MS, **data: str) -> dict[str, Any]:
    return {"topic": "tickers.BTCUSDT", "type": kind, "ts": ts, "data": data}


def read(body: dict[str, Any]) -> StreamMessage:
    return PushReader().read(body, AT)


@pytest.mark.parametrize(
    ("topic", "row", "kind"),
    [
        ("execution", EXECUTION, Execution),
        ("execution.linear", EXECUTION, Execution),
        ("order", ORDER, Order),
        ("position", POSITION, Position),
        ("wallet", WALLET, Wallet),
    ],
)
def test_a_documented_push_is_read_whole(
    topic: str, row: dict[str, Any], kind: type[object]
) -> None:
    message = read(push(topic, row, row))

    assert [type(one) for one in message.rows] == [kind, kind]
    assert message.refused == ()
    assert (message.topic, message.pushed_at, message.received_at) == (topic, PUSHED, AT)


def test_a_pushed_position_has_its_entry_price() -> None:
    (position,) = read(push("position", POSITION)).rows

    assert isinstance(position, Position)
    assert position.entry_price == Decimal("3641.075")
    assert position.direction is Direction.SHORT
    assert position.stop_loss is None


@pytest.mark.parametrize(
    ("updated", "expected"),
    [
        ("1762199125472", datetime(2025, 11, 3, 19, 45, 25, 472000, tzinfo=UTC)),
        ("0", PUSHED),
        ("", PUSHED),
    ],
)
def test_a_flat_position_says_since_when(updated: str, expected: datetime) -> None:
    row = POSITION | {"side": "", "size": "0", "updatedTime": updated, "positionIdx": 2}

    assert read(push("position", row)).rows == (
        FlatPosition("ETHUSDT", PositionIndex.HEDGE_SHORT, expected, 325852190774),
    )


def test_a_row_that_makes_no_sense_does_not_take_the_others_along() -> None:
    message = read(push("execution", EXECUTION | {"execPrice": "much"}, EXECUTION))

    assert len(message.rows) == 1
    assert "execPrice" in message.refused[0]


@pytest.mark.parametrize(
    "other",
    [{"category": "spot"}, {"category": "inverse"}, {"symbol": "BTCPERP"}, {"symbol": "BTCUSD"}],
)
def test_rows_of_other_products_are_passed_over(other: dict[str, str]) -> None:
    message = read(push("execution", EXECUTION | other))

    assert (message.rows, message.refused) == ((), ())


def test_a_delta_changes_what_it_names_and_keeps_the_rest() -> None:
    reader = PushReader()
    reader.read(ticker("snapshot", **TICKER), AT)

    (quote,) = reader.read(ticker("delta", MS + 1, lastPrice="98"), AT).rows

    assert isinstance(quote, Quote)
    assert (quote.last, quote.mark, quote.bid, quote.ask) == (98, 101, 99, 102)


def test_a_delta_without_its_snapshot_is_refused_and_counted() -> None:
    reader = PushReader()
    for _ in range(LOST_SNAPSHOT - 1):
        assert reader.read(ticker("delta", lastPrice="1"), AT).rows == ()
    assert reader.lost_snapshots == ()

    reader.read(ticker("delta", lastPrice="1"), AT)
    assert reader.lost_snapshots == ("BTCUSDT",)

    reader.read(ticker("snapshot", **TICKER), AT)
    assert reader.lost_snapshots == ()


@pytest.mark.parametrize(
    "body",
    [
        push("gossip", ORDER),
        {"topic": "order", "data": [ORDER]},
        {"topic": "order", "creationTime": MS},
        {"topic": "order", "creationTime": MS, "data": "rows"},
        {"topic": "tickers.BTCUSDT", "type": "snapshot", "data": TICKER},
        {"topic": "tickers.BTCUSDT", "type": "snapshot", "ts": MS, "data": []},
        {"topic": ""},
    ],
)
def test_a_push_that_makes_no_sense_is_bad_data(body: dict[str, Any]) -> None:
    with pytest.raises(BadDataError):
        read(body)

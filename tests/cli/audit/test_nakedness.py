from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cli.audit.nakedness import longest_naked_seconds
from tests.contract.gateway.conftest import long_entry
from tests.fixtures.simulator import Venue

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)

Row = dict[str, Any]


def ms(seconds: int) -> str:
    return str(int((NOON + timedelta(seconds=seconds)).timestamp() * 1000))


def fill(at: int, side: str = "Buy", **changes: Any) -> Row:
    facts: Row = {
        "execId": f"{at}{side}", "orderId": "o", "orderLinkId": "", "symbol": "BTCUSDT",
        "side": side, "execType": "Trade", "execPrice": "100", "execQty": "1", "execValue": "100",
        "execFee": "0", "feeRate": "0", "isMaker": False, "execTime": ms(at), "seq": at,
        "closedSize": "0" if side == "Buy" else "1",
    }  # fmt: skip
    return facts | changes


def stop(since: int, until: int | None = None, **changes: Any) -> Row:
    facts: Row = {
        "orderId": "s", "orderLinkId": "", "symbol": "BTCUSDT", "side": "Sell",
        "orderType": "Market", "orderStatus": "Untriggered" if until is None else "Filled",
        "qty": "1", "cumExecQty": "0", "createdTime": ms(since), "updatedTime": ms(until or since),
        "stopOrderType": "StopLoss", "positionIdx": 0, "reduceOnly": True,
    }  # fmt: skip
    return facts | changes


def longest(executions: list[Row], orders: list[Row], *, until: int = 1000) -> int:
    account: Mapping[str, Any] = {"executions": executions, "orders": orders}
    return longest_naked_seconds(account, until=NOON + timedelta(seconds=until))


@pytest.mark.parametrize(
    ("executions", "orders", "expected"),
    [
        ([], [], 0),
        ([fill(0)], [stop(0)], 0),
        ([fill(0)], [], 1000),
        ([fill(0)], [stop(30)], 30),
        ([fill(0), fill(60, "Sell")], [], 60),
        ([fill(0), fill(60, "Sell")], [stop(0, 60)], 0),
        ([fill(0), fill(60, "Sell")], [stop(0, 45)], 15),
        ([fill(0)], [stop(0, stopOrderType="TakeProfit")], 1000),
        ([fill(0)], [stop(0, qty="0.5")], 1000),
        ([fill(0)], [stop(0, qty="0")], 0),
        ([fill(0)], [stop(0, symbol="ETHUSDT")], 1000),
        ([fill(0), fill(10, execType="Funding")], [stop(0)], 0),
    ],
)
def test_only_time_without_a_full_stop_counts(
    executions: list[Row], orders: list[Row], expected: int
) -> None:
    assert longest(executions, orders) == expected


def test_the_longest_of_several_positions_is_told() -> None:
    executions = [
        fill(0), fill(60, "Sell"), fill(100), fill(110, "Sell"),
        fill(0, symbol="ETHUSDT"), fill(90, "Sell", symbol="ETHUSDT"),
    ]  # fmt: skip

    assert longest(executions, []) == 90


def test_a_part_of_a_second_counts_as_a_whole_one() -> None:
    half_a_second_later = stop(0, createdTime=str(int(ms(0)) + 500))

    assert longest([fill(0)], [half_a_second_later]) == 1


def test_a_position_entered_with_its_stop_is_never_naked(venue: Venue) -> None:
    venue.gateway.place(long_entry(venue.gateway.ticker("BTCUSDT"), "entry"))
    venue.advance(timedelta(hours=12))

    until = venue.gateway.server_time()

    assert longest_naked_seconds(venue.records(), until=until) == 0

"""Positions, their protection and their history as the gateway gives them."""

from datetime import timedelta
from decimal import Decimal

import pytest

from adapters.bybit.gateway import BybitGateway
from adapters.bybit.parsing import moment_of_ms
from tests.adapters.bybit import payloads
from tests.adapters.bybit.scripted_exchange import (
    ANSWERED_AT_MS,
    ScriptedExchange,
    envelope,
    listed,
    ok,
)
from trading.errors import BadDataError, ExchangeRefusedError, InvariantError
from trading.orders import PositionIndex
from trading.positions import PositionMode
from trading.trailing import Trailing

LIST = "/v5/position/list"
STOP = "/v5/position/trading-stop"
LEVERAGE = "/v5/position/set-leverage"
EXECUTIONS = "/v5/execution/list"
NOW = moment_of_ms(ANSWERED_AT_MS)


def test_only_open_positions_are_given_each_once(
    exchange: ScriptedExchange, gateway: BybitGateway
) -> None:
    long_leg = payloads.POSITION | {"side": "Buy", "positionIdx": 1}
    exchange.script(
        LIST,
        listed(payloads.POSITION, payloads.FLAT_POSITION, cursor="1"),
        listed(payloads.POSITION, long_leg),
    )

    positions = gateway.positions()

    assert [position.position_index for position in positions] == [
        PositionIndex.ONE_WAY,
        PositionIndex.HEDGE_LONG,
    ]
    assert exchange.seen[0].query["settleCoin"] == "USDT"


@pytest.mark.parametrize(
    ("indexes", "mode"), [([0], PositionMode.ONE_WAY), ([1, 2], PositionMode.HEDGE)]
)
def test_the_position_mode_of_a_flat_symbol_is_known(
    exchange: ScriptedExchange, gateway: BybitGateway, indexes: list[int], mode: PositionMode
) -> None:
    rows = [payloads.FLAT_POSITION | {"positionIdx": index} for index in indexes]
    exchange.script(LIST, listed(*rows))

    assert gateway.position_mode("BTCUSDT") is mode


def test_the_mode_of_a_symbol_nobody_knows_is_refused(
    exchange: ScriptedExchange, gateway: BybitGateway
) -> None:
    exchange.script(LIST, listed())

    with pytest.raises(BadDataError, match="positions of NOPEUSDT"):
        gateway.position_mode("NOPEUSDT")


def test_executions_come_once_ordered_by_time_then_sequence(
    exchange: ScriptedExchange, gateway: BybitGateway
) -> None:
    def fill(name: str, at: int, sequence: int) -> dict[str, object]:
        return payloads.EXECUTION | {"execId": name, "execTime": str(at), "seq": sequence}

    exchange.script(
        EXECUTIONS,
        listed(fill("d", 2000, 9), fill("c", 1000, 8), cursor="1"),
        listed(fill("c", 1000, 8), fill("a", 1000, 7), payloads.FUNDING | {"execTime": "900"}),
    )

    executions = gateway.executions_since(NOW - timedelta(days=1))

    assert [execution.execution_id for execution in executions] == ["f1", "a", "c", "d"]


def test_a_month_of_executions_is_asked_for_in_weeks(
    exchange: ScriptedExchange, gateway: BybitGateway
) -> None:
    exchange.script(EXECUTIONS, listed())

    assert gateway.executions_since(NOW - timedelta(days=30)) == []

    ranges = [
        (int(seen.query["startTime"]), int(seen.query["endTime"]))
        for seen in exchange.calls(EXECUTIONS)
    ]
    assert len(ranges) == 5
    assert all(end - start < 7 * 24 * 3600 * 1000 for start, end in ranges)


def test_protection_covers_the_full_position_at_the_last_price(
    exchange: ScriptedExchange, gateway: BybitGateway
) -> None:
    exchange.script(STOP, ok({}))

    gateway.set_protection(
        "BTCUSDT",
        stop_loss=Decimal("29000.0"),
        take_profit=Decimal("3.3E+4"),
        position_index=PositionIndex.HEDGE_LONG,
    )

    assert exchange.seen[0].body == {
        "category": "linear",
        "symbol": "BTCUSDT",
        "positionIdx": 1,
        "stopLoss": "29000.0",
        "slTriggerBy": "LastPrice",
        "takeProfit": "33000",
        "tpTriggerBy": "LastPrice",
        "tpslMode": "Full",
    }


def test_a_missing_target_is_left_as_it_is(
    exchange: ScriptedExchange, gateway: BybitGateway
) -> None:
    exchange.script(STOP, ok({}))

    gateway.set_protection(
        "BTCUSDT",
        stop_loss=Decimal(29000),
        take_profit=None,
        position_index=PositionIndex.ONE_WAY,
    )

    assert "takeProfit" not in exchange.seen[0].body


@pytest.mark.parametrize(
    ("trailing", "sent"),
    [
        (Trailing(Decimal("200.50")), {"trailingStop": "200.50"}),
        (Trailing(Decimal(200), Decimal(31_000)), {"trailingStop": "200", "activePrice": "31000"}),
    ],
    ids=["at once", "from a price on"],
)
def test_a_trailing_stop_is_set_beside_the_stop_that_stands(
    exchange: ScriptedExchange, gateway: BybitGateway, trailing: Trailing, sent: dict[str, str]
) -> None:
    exchange.script(STOP, ok({}))

    gateway.set_protection(
        "BTCUSDT",
        stop_loss=None,
        take_profit=None,
        position_index=PositionIndex.ONE_WAY,
        trailing=trailing,
    )

    plain = {"category": "linear", "symbol": "BTCUSDT", "positionIdx": 0, "tpslMode": "Full"}
    assert exchange.seen[0].body == plain | sent


def test_protection_with_nothing_to_set_is_a_mistake_of_ours(
    exchange: ScriptedExchange, gateway: BybitGateway
) -> None:
    with pytest.raises(InvariantError, match="give at least one"):
        gateway.set_protection(
            "BTCUSDT", stop_loss=None, take_profit=None, position_index=PositionIndex.ONE_WAY
        )
    assert exchange.seen == []


def test_the_same_protection_again_is_a_success(
    exchange: ScriptedExchange, gateway: BybitGateway
) -> None:
    exchange.script(STOP, envelope(34040, "not modified"))

    gateway.set_protection(
        "BTCUSDT",
        stop_loss=Decimal(29000),
        take_profit=None,
        position_index=PositionIndex.ONE_WAY,
    )


def test_leverage_is_set_on_both_sides_and_having_it_is_a_success(
    exchange: ScriptedExchange, gateway: BybitGateway
) -> None:
    exchange.script(LEVERAGE, envelope(110043, "Set leverage has not been modified."))

    gateway.set_leverage("BTCUSDT", Decimal(5))

    assert exchange.seen[0].body["buyLeverage"] == exchange.seen[0].body["sellLeverage"] == "5"


def test_a_leverage_above_the_limit_is_refused(
    exchange: ScriptedExchange, gateway: BybitGateway
) -> None:
    exchange.script(LEVERAGE, envelope(110013, "cannot set leverage"))

    with pytest.raises(ExchangeRefusedError, match="leverage above the risk limit"):
        gateway.set_leverage("BTCUSDT", Decimal(500))

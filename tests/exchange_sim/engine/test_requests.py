"""What a client sends comes back from the journal as the same request."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange_sim.engine import requests
from exchange_sim.engine.errors import VenueError
from exchange_sim.engine.vocabulary import OrderType, PositionMode, Side, TriggerBy
from exchange_sim.engine.wire_fields import flag, number, text, whole

PRICES = st.none() | st.decimals("0.00000001", 10**9, places=8).map(lambda value: +value)
ORDERS = st.builds(
    requests.OrderRequest,
    symbol=st.just("BTCUSDT"),
    side=st.sampled_from(Side),
    order_type=st.sampled_from([OrderType.MARKET, OrderType.LIMIT]),
    quantity=st.decimals(0, 10**9, places=8),
    price=PRICES,
    position_idx=st.none() | st.integers(0, 2),
    link_id=st.text("abc-_123", max_size=36),
    reduce_only=st.booleans(),
    trigger_price=PRICES,
    trigger_by=st.none() | st.sampled_from(TriggerBy),
    take_profit=PRICES,
    stop_loss_by=st.none() | st.sampled_from(TriggerBy),
)


@given(ORDERS)
def test_an_order_request_survives_the_wire(request_: requests.OrderRequest) -> None:
    assert requests.OrderRequest.parse(request_.encode()) == request_


@pytest.mark.parametrize(
    "request_",
    [
        requests.AmendRequest(symbol="BTCUSDT", order_id="a", quantity=Decimal("0.00000001")),
        requests.CancelRequest(symbol="BTCUSDT", link_id="mine"),
        requests.CancelAllRequest(settle_coin="USDT"),
        requests.LeverageRequest(symbol="BTCUSDT", buy=Decimal("2.5"), sell=Decimal("2.5")),
        requests.TradingStopRequest(symbol="BTCUSDT", stop_loss=Decimal(0), position_idx=1),
        requests.ModeRequest(mode=PositionMode.HEDGE, coin="USDT"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_every_other_request_survives_the_wire(request_: requests.CancelRequest) -> None:
    assert type(request_).parse(request_.encode()) == request_


def test_unknown_and_empty_parameters_are_ignored() -> None:
    params = {"symbol": "BTCUSDT", "orderId": None, "orderLinkId": "", "category": "linear"}
    assert requests.CancelRequest.parse(params) == requests.CancelRequest(symbol="BTCUSDT")


@pytest.mark.parametrize(
    "raw", ["1e5", "0x1", "1_000", " 1", "1.", ".5", "NaN", True, None, [], "9" * 30]
)
def test_only_plain_decimal_numbers_are_numbers(raw: object) -> None:
    with pytest.raises(VenueError, match="price invalid"):
        number("price", raw)


@pytest.mark.parametrize(
    ("raw", "value"), [("0.10", "0.10"), (5, "5"), (0.25, "0.25"), ("-1", "-1")]
)
def test_plain_numbers_are_read_exactly(raw: object, value: str) -> None:
    assert str(number("price", raw)) == value


def test_whole_numbers_flags_and_texts_are_read() -> None:
    assert whole("positionIdx", "2") == 2
    assert (flag("reduceOnly", "False"), flag("reduceOnly", True)) == (False, True)
    assert text("symbol", "BTCUSDT") == "BTCUSDT"

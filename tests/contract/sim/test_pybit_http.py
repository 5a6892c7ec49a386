"""The real pybit 5.17 over HTTP: everything a trading bot does with it."""

import logging
from decimal import Decimal

import pytest
from pybit.exceptions import FailedRequestError, InvalidRequestError
from pybit.unified_trading import HTTP

SYMBOL = {"category": "linear", "symbol": "BTCUSDT"}
NEVER = {-999999}  # replaces pybit's own list of codes to retry


@pytest.fixture(scope="module")
def session(venue):
    # pybit adds a handler to its logger for every session unless the root logger has one.
    logging.getLogger().addHandler(logging.NullHandler())
    http = HTTP(api_key=venue.key, api_secret=venue.secret, retry_codes=NEVER)
    http.endpoint = venue.rest
    http.client.trust_env = False
    yield http
    http.client.close()


@pytest.fixture(autouse=True)
def flat(session):
    """Each test starts and ends without orders and positions."""
    yield
    session.cancel_all_orders(category="linear", settleCoin="USDT")
    for row in session.get_positions(category="linear", settleCoin="USDT")["result"]["list"]:
        close(session, row)


def close(session, row):
    side = "Sell" if row["side"] == "Buy" else "Buy"
    session.place_order(
        category="linear",
        symbol=row["symbol"],
        side=side,
        orderType="Market",
        qty=row["size"],
        reduceOnly=True,
        positionIdx=row["positionIdx"],
    )


def last_price(session, symbol="BTCUSDT"):
    ticker = session.get_tickers(category="linear", symbol=symbol)["result"]["list"][0]
    return Decimal(ticker["lastPrice"])


def below(session, fraction):
    return str(int(last_price(session) * Decimal(fraction)))


def buy(session, **terms):
    order = {"side": "Buy", "orderType": "Market", "qty": "0.01"} | terms
    return session.place_order(**SYMBOL, **order)["result"]


def rest(session, **terms):
    return buy(session, orderType="Limit", price=below(session, "0.97"), **terms)


def order_of(session, order_id):
    found = session.get_open_orders(**SYMBOL, orderId=order_id)["result"]["list"]
    assert len(found) == 1, found
    return found[0]


def refusal(call, *arguments, **terms):
    with pytest.raises(InvalidRequestError) as refused:
        call(*arguments, **terms)
    return refused.value.status_code


def test_server_time_is_the_market_clock(session, venue):
    reply = session.get_server_time()

    assert reply["time"] == venue.now_ms
    assert int(reply["result"]["timeNano"]) // 1_000_000 == reply["time"]


def test_instruments_tell_grids_and_limits(session):
    rows = session.get_instruments_info(category="linear")["result"]["list"]

    assert [row["symbol"] for row in rows] == ["BTCUSDT", "ETHUSDT", "SOLUSDT"]
    assert Decimal(rows[0]["priceFilter"]["tickSize"]) > 0
    assert Decimal(rows[0]["lotSizeFilter"]["minNotionalValue"]) == 5
    assert isinstance(rows[0]["fundingInterval"], int)


def test_candles_come_newest_first_and_page_backwards(session, venue):
    newest = session.get_kline(**SYMBOL, interval="5", limit=3)["result"]["list"]
    older = session.get_kline(**SYMBOL, interval="5", limit=3, end=int(newest[-1][0]) - 1)
    starts = [int(row[0]) for row in newest + older["result"]["list"]]

    assert starts == [starts[0] - 300_000 * step for step in range(6)]
    assert starts[0] <= venue.now_ms < starts[0] + 300_000
    assert all(isinstance(value, str) for row in newest for value in row)
    assert (
        len(session.get_mark_price_kline(**SYMBOL, interval="60", limit=2)["result"]["list"]) == 2
    )


def test_book_tickers_trades_and_funding_are_served(session):
    book = session.get_orderbook(**SYMBOL, limit=50)["result"]
    trades = session.get_public_trade_history(**SYMBOL, limit=5)["result"]["list"]
    funding = session.get_funding_rate_history(**SYMBOL, limit=3)["result"]["list"]
    ticker = session.get_tickers(**SYMBOL)["result"]["list"][0]

    assert Decimal(book["b"][0][0]) < Decimal(book["a"][0][0])
    assert (len(book["b"]), len(trades), len(funding)) == (50, 5, 3)
    assert ticker["bid1Price"] == book["b"][0][0]
    assert Decimal(ticker["openInterestValue"]) > 0


def test_the_crowd_is_told_by_the_hour(session, venue):
    hours = session.get_open_interest(**SYMBOL, intervalTime="1h", limit=25)["result"]["list"]
    (ratio,) = session.get_long_short_ratio(**SYMBOL, period="1h", limit=1)["result"]["list"]
    newest = venue.now_ms // 3_600_000 * 3_600_000

    assert [int(row["timestamp"]) for row in hours] == [newest - n * 3_600_000 for n in range(25)]
    assert int(ratio["timestamp"]) == newest
    assert 0 < Decimal(ratio["buyRatio"]) < 1


def test_the_wallet_holds_the_deposit(session):
    wallet = session.get_wallet_balance(accountType="UNIFIED", coin="USDT")["result"]["list"][0]
    coin = wallet["coin"][0]

    assert coin["coin"] == "USDT"
    assert Decimal(coin["equity"]) == Decimal(coin["walletBalance"])
    assert Decimal(wallet["totalAvailableBalance"]) <= Decimal(wallet["totalEquity"])


def test_account_key_and_fees_are_told(session):
    info = session.get_account_info()["result"]
    key = session.get_api_key_information()["result"]
    fees = session.get_fee_rates(**SYMBOL)["result"]["list"]

    assert info["marginMode"] == "REGULAR_MARGIN"
    assert info["unifiedMarginStatus"] in {5, 6}
    assert key["permissions"]["Wallet"] == []
    assert fees == [{"symbol": "BTCUSDT", "takerFeeRate": "0.00055", "makerFeeRate": "0.0002"}]


def test_a_market_order_fills_and_shows_everywhere(session):
    acknowledged = buy(session, orderLinkId="fills-everywhere")

    order = order_of(session, acknowledged["orderId"])
    fills = session.get_executions(**SYMBOL, orderId=acknowledged["orderId"])["result"]["list"]
    position = session.get_positions(**SYMBOL)["result"]["list"][0]
    log = session.get_transaction_log(category="linear", limit=1)["result"]["list"][0]

    assert (order["orderStatus"], order["cumExecQty"], order["leavesQty"]) == (
        "Filled",
        "0.01",
        "0",
    )
    assert sum(Decimal(fill["execQty"]) for fill in fills) == Decimal("0.01")
    assert {fill["orderLinkId"] for fill in fills} == {"fills-everywhere"}
    assert (position["side"], Decimal(position["size"])) == ("Buy", Decimal("0.01"))
    assert (log["type"], log["tradeId"]) == ("TRADE", fills[0]["execId"])
    assert Decimal(log["fee"]) == Decimal(fills[0]["execFee"]) > 0


def test_a_limit_order_rests_is_amended_and_cancelled(session):
    order_id = rest(session, orderLinkId="amended")["orderId"]
    cheaper = below(session, "0.96")

    session.amend_order(**SYMBOL, orderId=order_id, price=cheaper, qty="0.02")
    amended = order_of(session, order_id)
    session.cancel_order(**SYMBOL, orderLinkId="amended")
    cancelled = order_of(session, order_id)
    again = refusal(session.cancel_order, **SYMBOL, orderId=order_id)

    assert (Decimal(amended["price"]), amended["qty"]) == (Decimal(cheaper), "0.02")
    assert amended["orderStatus"] == "New"
    assert (cancelled["orderStatus"], cancelled["rejectReason"]) == (
        "Cancelled",
        "EC_PerCancelRequest",
    )
    assert again in {110001, 110008, 110010}


def test_attached_stop_and_target_become_children_of_the_filled_entry(session):
    price = last_price(session)
    buy(
        session,
        orderLinkId="protected-entry",
        takeProfit=str(int(price * Decimal("1.05"))),
        stopLoss=str(int(price * Decimal("0.95"))),
    )

    children = session.get_open_orders(**SYMBOL, orderFilter="StopOrder")["result"]["list"]
    position = session.get_positions(**SYMBOL)["result"]["list"][0]

    assert {child["stopOrderType"] for child in children} == {"TakeProfit", "StopLoss"}
    assert {child["parentOrderLinkId"] for child in children} == {"protected-entry"}
    assert {child["orderLinkId"] for child in children} == {""}
    assert all(child["reduceOnly"] and child["closeOnTrigger"] for child in children)
    assert Decimal(position["stopLoss"]) == int(price * Decimal("0.95"))


def test_trading_stop_moves_the_stop_and_says_when_nothing_changed(session):
    price = last_price(session)
    buy(session)
    stop = {"tpslMode": "Full", "positionIdx": 0, "stopLoss": str(int(price * 9 / 10))}

    session.set_trading_stop(**SYMBOL, **stop)

    position = session.get_positions(**SYMBOL)["result"]["list"][0]
    assert Decimal(position["stopLoss"]) == Decimal(stop["stopLoss"])
    assert refusal(session.set_trading_stop, **SYMBOL, **stop) == 34040


def test_leverage_is_set_once_and_not_modified_the_second_time(session):
    wish = {"buyLeverage": "7", "sellLeverage": "7"}

    session.set_leverage(**SYMBOL, **wish)

    assert session.get_positions(**SYMBOL)["result"]["list"][0]["leverage"] == "7"
    assert refusal(session.set_leverage, **SYMBOL, **wish) == 110043


def test_hedge_mode_has_two_rows_and_wants_an_index(session):
    eth = {"category": "linear", "symbol": "ETHUSDT"}
    session.switch_position_mode(**eth, mode=3)

    rows = session.get_positions(**eth)["result"]["list"]
    code = refusal(
        session.place_order, **eth, side="Buy", orderType="Market", qty="0.1", positionIdx=0
    )
    session.place_order(**eth, side="Sell", orderType="Market", qty="0.1", positionIdx=2)
    short = session.get_positions(**eth)["result"]["list"][1]

    assert [row["positionIdx"] for row in rows] == [1, 2]
    assert code == 10001
    assert (short["side"], short["positionIdx"]) == ("Sell", 2)
    assert refusal(session.switch_position_mode, **eth, mode=3) == 110025


def test_a_round_trip_books_closed_pnl_and_history(session, venue):
    buy(session, orderLinkId="round-trip")
    venue.advance(minutes=5)
    position = session.get_positions(**SYMBOL)["result"]["list"][0]
    close(session, position)

    closed = session.get_closed_pnl(**SYMBOL, limit=1)["result"]["list"][0]
    history = session.get_order_history(**SYMBOL, orderLinkId="round-trip")["result"]["list"]
    fees = Decimal(closed["openFee"]) + Decimal(closed["closeFee"])
    gross = Decimal(closed["cumExitValue"]) - Decimal(closed["cumEntryValue"])

    assert Decimal(closed["closedPnl"]) == gross - fees
    assert closed["side"] == "Sell"
    assert [row["orderStatus"] for row in history] == ["Filled"]


def test_a_batch_answers_per_order(session):
    good = {"symbol": "BTCUSDT", "side": "Buy", "orderType": "Limit", "qty": "0.01"}
    orders = [
        good | {"price": below(session, "0.97"), "orderLinkId": "batch-1"},
        good | {"price": below(session, "0.97"), "qty": "0"},
    ]

    reply = session.place_batch_order(category="linear", request=orders)
    cancelled = session.cancel_batch_order(
        category="linear", request=[{"symbol": "BTCUSDT", "orderLinkId": "batch-1"}]
    )

    assert [row["orderLinkId"] for row in reply["result"]["list"]] == ["batch-1", ""]
    assert [row["code"] for row in reply["retExtInfo"]["list"]] == [0, 10001]
    assert reply["result"]["list"][1]["orderId"] == ""
    assert cancelled["retExtInfo"]["list"] == [{"code": 0, "msg": "OK"}]


def test_pages_are_walked_with_the_cursor_pybit_passes_back_verbatim(session):
    placed = [rest(session)["orderId"] for _ in range(5)]
    seen, cursor = [], ""

    for _ in range(10):
        result = session.get_open_orders(**SYMBOL, limit=2, cursor=cursor)["result"]
        seen += [row["orderId"] for row in result["list"]]
        cursor = result["nextPageCursor"]
        if not cursor:
            break

    assert sorted(seen) == sorted(placed)


def test_cancel_all_takes_every_kind_unless_filtered(session):
    buy(session, stopLoss=below(session, "0.95"))
    rest(session)

    plain = session.cancel_all_orders(**SYMBOL, orderFilter="Order")["result"]["list"]
    everything = session.cancel_all_orders(**SYMBOL)["result"]["list"]

    assert (len(plain), len(everything)) == (1, 1)


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        ({"qty": "0.0001"}, 10001),
        ({"qty": "1e-05"}, 10001),
        ({"side": "Long"}, 10001),
        ({"symbol": "NOPEUSDT"}, 10001),
        ({"orderLinkId": "x" * 37}, 10001),
        ({"qty": "0.01", "reduceOnly": True}, 110017),
        ({"qty": "90"}, 110007),
        ({"stopLoss": "999999"}, 10001),
    ],
)
def test_bad_orders_are_refused_with_the_codes_of_bybit(session, terms, code):
    order = SYMBOL | {"side": "Buy", "orderType": "Market", "qty": "0.01"} | terms

    assert refusal(session.place_order, **order) == code


def test_a_link_id_is_taken_once(session):
    rest(session, orderLinkId="only-once")

    assert refusal(rest, session, orderLinkId="only-once") == 110072


def test_a_wrong_secret_an_unknown_key_and_a_late_clock_are_told_apart(session, venue):
    def asks(key, secret, **more):
        http = HTTP(api_key=key, api_secret=secret, retry_codes=NEVER, **more)
        http.endpoint = venue.rest
        http.client.trust_env = False
        try:
            return refusal(http.get_positions, **SYMBOL)
        finally:
            http.client.close()

    assert asks(venue.key, "wrong") == 10004
    assert asks("unknown", venue.secret) == 10003
    assert asks(venue.key, venue.secret, recv_window=-1) == 10001


def test_an_unknown_path_is_a_404(session, venue):
    with pytest.raises(FailedRequestError) as failed:
        session._submit_request(method="GET", path=f"{venue.rest}/v5/nothing", query={}, auth=True)

    assert failed.value.status_code == 404
